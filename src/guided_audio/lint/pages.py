"""The pages of the rules, made from the rules themselves: one for each, and a table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guided_audio.lint.examples import as_script
from guided_audio.lint.rule import Rule, Severity
from guided_audio.script import Profile

_WEIGHT = {
    Severity.ERROR: "an error: `check` fails",
    Severity.WARNING: "a warning: `check` names it and succeeds",
    Severity.NOTE: "a note, for information",
}

_OPENING = """\
# Rules

`guided-audio check` looks at scripts the way a careful colleague would before a client listens alone. Nothing
is spoken for it: how long a sentence lasts is estimated from its letters. Each rule says why it is there and
what it cannot see, so that you can disagree with it. **A script in which nothing is found is not thereby safe
or good**; these rules are no clinician.

`guided-audio check --explain GA01` prints a rule's page. `profile` at the top of a script says what it is
for: `trauma-sensitive`, which is meant unless you say otherwise, `sleep`, `walking`, or `general`.
`check --profile` outweighs what the scripts say.

A rule can be put aside with a comment, and the reason is printed with every check:

```yaml
- dwell: There will be a long quiet now, until the bell.   # lint: off GA03 because she asked for it
```

At the end of a line the comment holds for the step it is in, on a line of its own for the step that follows,
and before the first key for the whole file.

Where a figure or a rule is called our design value, no study stands behind it.

| rule | what it wants | weight |
|---|---|---|
"""


def pages(rules: Sequence[Rule]) -> Mapping[str, str]:
    """Every page by the name of its file."""
    return {"README.md": index(rules)} | {f"{rule.id}.md": page(rule) for rule in rules}


def index(rules: Sequence[Rule]) -> str:
    """The table of all rules."""
    rows = (f"| [{rule.id}]({rule.id}.md) | {rule.name} | {rule.severity} |\n" for rule in rules)
    return _OPENING + "".join(rows)


def page(rule: Rule) -> str:
    """All there is to say about a rule."""
    return "\n".join(
        (
            f"# {rule.id}: {rule.name}\n",
            f"By itself it is {_WEIGHT[rule.severity]}. {_profiles(rule)}\n",
            f"**Why.** {rule.reason}\n",
            f"**From.** {_sentence(rule.source)}\n",
            f"**What it cannot see.** {rule.blind}\n",
            "## What it finds\n",
            *map(_block, rule.failing),
            "## What it leaves alone\n",
            *map(_block, rule.passing),
            "## To put it aside\n",
            f"Where it is right in general and wrong here, write `# lint: off {rule.id} because …` and your",
            "reason at the end of the line. The reason is printed with every check.\n",
        )
    )


def _profiles(rule: Rule) -> str:
    left_out = [f"`{profile}`" for profile in Profile if profile not in rule.profiles]
    return f"It does not hold for {' and '.join(left_out)}." if left_out else "It holds for every profile."


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _block(example: str) -> str:
    """An example as it stands in a file; one of steps alone is shown as steps."""
    text = example if example.startswith("- ") else as_script(example)
    return f"```yaml\n{text.rstrip()}\n```\n"
