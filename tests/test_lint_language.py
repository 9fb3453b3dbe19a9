"""The rules of language: each finds its examples, and lets pass what only looks like them."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from guided_audio import reader
from guided_audio.lint.estimate import estimated
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.lint.subject import subject_of
from guided_audio.script import Profile
from lint_subjects import HEAD, LIBRARY, RULES, subject
from machine import slowness

ROOT = Path(__file__).parent.parent


def lines(findings: list[Finding]) -> list[int]:
    """The lines of findings, counted within the steps."""
    return [finding.place.line - HEAD for finding in findings]


def found(folder: Path, rule: Rule, steps: str, level: str = "open") -> list[Finding]:
    """What a rule finds in some steps."""
    profile = next(profile for profile in Profile if profile in rule.profiles)
    return list(rule.find(subject(folder, steps, level=level, profile=profile)))


FAILING = [(rule, text) for rule in RULES.values() for text in rule.failing]
PASSING = [(rule, text) for rule in RULES.values() for text in rule.passing]

LINES = {
    "GA10": [[1], [1]],
    "GA11": [[1], [2]],
    "GA12": [[1], [1, 2], [2]],
    "GA13": [[1], [2]],
    "GA14": [[1], [1], [1]],
    "GA15": [[1], [1], [1]],
    "GA16": [[1], [1, 2], [1], [1]],
    "GA17": [[1], [1], [1]],
    "GA18": [[1], [1], [1]],
    "GA19": [[1], [1]],
    "GA20": [[1], [1]],
    "GA21": [[1], [1]],
    "GA22": [[1], [1], [1]],
    "GA23": [[1], [1]],
    "GA24": [[1], [1], [1]],
    "GA25": [[1], [1]],
    "GA26": [[1], [1], [1]],
    "GA27": [[1], [1], [1], [1], [2], [1]],
    "GA28": [[1], [1]],
    "GA29": [[1], [1, 2]],
    "GA45": [[1], [1], [1]],
    "GA50": [[1], [1], [1]],
    "GA51": [[1], [1]],
    "GA52": [[1], [1]],
    "GA53": [[1], [1], [1], [1]],
    "GA54": [[1], [1]],
}
"""In which lines of its failing examples each rule finds something."""


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_finds_its_failing_examples(tmp_path: Path, name: str) -> None:
    """In the very lines that are wrong, and no more."""
    assert [lines(found(tmp_path, RULES[name], text)) for text in RULES[name].failing] == LINES[name]


@pytest.mark.parametrize(("rule", "text"), PASSING, ids=lambda value: getattr(value, "id", None))
def test_a_rule_lets_its_passing_examples_pass(tmp_path: Path, rule: Rule, text: str) -> None:
    """What is right is not complained of."""
    assert found(tmp_path, rule, text) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.id))
def test_a_rule_says_what_it_is(rule: Rule) -> None:
    """Reason, source and blind spot; two examples on either side; the severity of its first finding."""
    assert all(text.strip() for text in (rule.name, rule.reason, rule.source, rule.blind))
    assert len(rule.failing) >= 2
    assert len(rule.passing) >= 2
    assert rule.profiles


@pytest.mark.parametrize(("rule", "text"), FAILING, ids=lambda value: getattr(value, "id", None))
def test_findings_can_be_acted_on(tmp_path: Path, rule: Rule, text: str) -> None:
    """Each has the rule's id, a sentence, a hint, and quotes at most a few words."""
    for finding in found(tmp_path, rule, text):
        assert finding.rule == rule.id
        assert finding.message.endswith(".")
        assert finding.hint
        assert all(len(quoted.split()) <= 9 for quoted in re.findall("“([^”]*)”", finding.message))


WRONG = [
    ("GA10", "- Let your eyelids gently fall shut."),
    ("GA10", "- With eyes closed, listen."),
    ("GA10", "- Don't hurry. Close your eyes."),
    ("GA10", "- Close your eyes.\n- The room is quiet.\n- You could keep them open."),
    ("GA11", "- Sit on a chair, feet on the floor.\n- Bring your awareness to your breath."),
    ("GA12", "- Inhale deeply and fill your lungs with air."),
    ("GA12", "- Hold your breath as long as you can."),
    ("GA12", "- Breathe in.\n- Hold for four counts."),
    ("GA14", "- You're safe."),
    ("GA14", "- You are perfectly safe in this moment."),
    ("GA14", "- Here nothing can ever touch you."),
    ("GA14", "- Tell the part, “you are safe now”."),
    ("GA14", "- You can say to yourself, “I am safe.”"),
    ("GA14", "- Picture your bedroom, safe in your own home."),
    ("GA15", "- You're deeply relaxed."),
    ("GA15", "- You will feel lighter."),
    ("GA15", "- Feel yourself relaxing."),
    ("GA15", "- As you breathe out, the tension drains from your jaw."),
    ("GA16", "- We have to begin now."),
    ("GA16", "- Try harder."),
    ("GA16", "- Don't resist."),
    ("GA16", "- Please don't open the door."),
    ("GA16", "- Empty your mind."),
    ("GA16", "- Surrender to the quiet."),
    ("GA16", "- Just let go."),
    ("GA16", "- With every breath you sink deeper."),
    ("GA16", "- When I count to three, you look up.\n- As I count down, rest."),
    ("GA17", "- Push it away."),
    ("GA17", "- Now destroy that voice."),
    ("GA17", "- Tell the critic to be quiet."),
    ("GA17", "- There are bad parts in everyone."),
    ("GA18", "- Picture the little child inside you."),
    ("GA18", "- Recall your earliest memory."),
    ("GA18", "- Remember a day when you were seven."),
    ("GA18", "- How old were you?"),
    ("GA19", "- Let it unburden itself."),
    ("GA19", "- The part may hand over what it has been carrying."),
    ("GA19", "- Throw that shame into the flames."),
    ("GA20", "- What is it afraid of?"),
    ("GA20", "- Thank this part for its work.\n- How do you feel toward it?"),
    ("GA21", "- Could it give you a bit of room?\n- Good.\n- Now go on."),
    ("GA21", "- settle: Would it step back?\n- settle: One.\n- settle: Two.\n- settle: If not, stay."),
    ("GA21", "- Could it give you a bit of room?\n- bell: bowl\n- chapter: B\n- bell: bowl\n- If not, stay."),
    ("GA22", "- What did your parents do to you?"),
    ("GA22", "- This part is about five years old."),
    ("GA22", "- You were neglected."),
    ("GA23", "- Say to yourself, “I am enough.”"),
    ("GA23", "- Repeat these words."),
    ("GA23", "- I deserve love. I can do anything."),
    ("GA24", "- Forgive those who hurt you."),
    ("GA24", "- Send love to the person who hurt you."),
    ("GA24", "- Call your mother today."),
    ("GA24", "- Force yourself to smile."),
    ("GA25", "- See yourself on a beach."),
    ("GA25", "- You might picture a door in a wall."),
    ("GA26", "- The groin is next."),
    ("GA26", "- Lay your palms gently on your belly."),
    ("GA26", "- Walk around the room."),
    ("GA27", "- I'm right here with you."),
    ("GA27", "- I'll never leave you."),
    ("GA27", "- I believe in you."),
    ("GA27", "- I'm holding you."),
    ("GA27", "- I will hold you through this."),
    ("GA27", "- I've got you."),
    ("GA27", "- We love you."),
    ("GA27", "- We're here for you."),
    ("GA27", "- I truly care about you."),
    ("GA27", "- I will always love you."),
    ("GA27", "- Here I am, with you."),
    ("GA27", "- I am here, right beside you."),
    ("GA27", "- I am, always, with you."),
    ("GA27", "- My love goes with you."),
    ("GA27", "- All my love is around you."),
    ("GA27", "- I'm sending you all my love."),
    ("GA27", "- You are in my heart."),
    ("GA27", "- I'm not leaving you."),
    ("GA27", "- I'll keep you company."),
    ("GA27", "- I care deeply about you."),
    ("GA27", "- We are all here for you."),
    ("GA27", "- I'm always here."),
    ("GA27", "- I am going to stay with you."),
    ("GA27", "- Let me hold you."),
    ("GA27", "- I am holding your hand."),
    ("GA27", "- You have all my love."),
    ("GA27", "- You can lean on me."),
    ("GA27", "- You mean so much to me."),
    ("GA27", "- Rest.\n- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: I am with you., out-cue: And out.}"),
    ("GA27", "- Rest.\n- breathe: {in: 4s, out: 5s, rounds: 2, out-cue: I love you.}"),
    ("GA27", '- say: By the lake it is quiet.\n  sounds-like: {lake: "I am here with you"}'),
    ("GA27", "- say: I lake you.\n  sounds-like: {lake: love}"),
    ("GA27", "- Rest.\n- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: I love, out-cue: you}"),
    ("GA28", "- It cures anxiety."),
    ("GA28", "- You no longer need your therapist."),
    ("GA28", "- Stop taking your tablets."),
    ("GA29", "- May you be blessed."),
    ("GA50", "- There is time – plenty of it."),
    ("GA50", "- Left hand // right hand."),
    ("GA52", "- A tear can come."),
    ("GA53", "- Rest now (20 seconds)."),
    ("GA53", '- "Narrator: the tide is going out."'),
    ("GA53", '- "## The body"'),
    ("GA54", '- The hands. <silence msec="300"/> The feet.'),
]


@pytest.mark.parametrize(("name", "steps"), WRONG)
def test_what_is_wrong_is_found(tmp_path: Path, name: str, steps: str) -> None:
    """By the rule it breaks."""
    assert found(tmp_path, RULES[name], steps)


RIGHT = [
    ("GA10", "- You need not close your eyes."),
    ("GA10", "- Your eyes can be open, half open or closed."),
    ("GA10", "- Your eyes can stay open. Or they close; you choose. Close your eyes if you like."),
    ("GA10", "- Closing your eyes is not needed."),
    ("GA10", "- Lower your gaze, or close your eyes."),
    ("GA10", "- Closed eyes may like to open."),
    ("GA10", "- Some scripts say “close your eyes”. This one does not."),
    ("GA10", "- If it feels right, let your eyes close."),
    ("GA11", "- The breath is a further choice."),
    ("GA11", "- Notice your hands.\n- Notice your breath."),
    ("GA11", "- You need not follow your breath."),
    ("GA12", "- Nobody asks for a deep breath."),
    ("GA12", "- You might take a deep breath."),
    ("GA12", "- Take a deep breath. Or leave it as it is; either way is fine."),
    ("GA12", "- The lake holds its breath."),
    ("GA12", "- Hold this cup in both hands for four seconds, and feel its warmth."),
    ("GA14", "- A part may not believe the words “you are safe”."),
    ("GA14", "- Are you safe where you are?"),
    ("GA14", "- Nobody can say from here that you are safe."),
    ("GA14", "- If you are safe enough, stay for a while."),
    ("GA14", "- Stay where you are, as long as it is safe to stay."),
    ("GA14", "- You are not completely safe, and a recording cannot change that."),
    ("GA14", "- Find a seat and make sure you are in a safe, quiet spot."),
    ("GA14", "- They told you that you are safe, and it did not help."),
    ("GA14", "- No place is completely safe."),
    ("GA15", "- You may feel calm now, or not."),
    ("GA15", "- Do you feel calm?"),
    ("GA15", "- You are free to stop at any time."),
    ("GA15", "- Perhaps your heart opens a little."),
    ("GA15", "- If you feel relaxed, that is one way to be."),
    ("GA15", "- You need not be calm."),
    ("GA16", "- You don't have to do anything."),
    ("GA16", "- There is nothing you must do."),
    ("GA16", "- A part of me says I should have gone."),
    ("GA16", "- A part of you may think it must try harder."),
    ("GA16", "- If you have to cough, cough."),
    ("GA16", "- It must have been a long day."),
    ("GA16", "- Should you want to move, move."),
    ("GA16", "- Let go of the cup, and pick it up again."),
    ("GA16", "- Don't listen to this while you drive."),
    ("GA16", "- Whatever you have to do later can wait."),
    ("GA16", "- You are where you need to be for now."),
    ("GA16", "- Many were told that they must be quiet."),
    ("GA16", "- What has to be done, and what do you have to leave?"),
    ("GA16", "- You do not remember the colour of the door, and you don't mind."),
    ("GA16", "- The roots go deeper into the ground."),
    ("GA16", "- There is a rule that you should be useful."),
    ("GA16", "- You can say no, and let go if you like."),
    ("GA16", "- The jumper may not let go of the railing."),
    ("GA16", "- Letting go isn't asked of you."),
    ("GA17", "- There is no need to push anything away."),
    ("GA17", "- It is not about getting rid of it."),
    ("GA17", "- You may notice a wish to push it away."),
    ("GA17", "- A part wants to get rid of the sadness."),
    ("GA17", "- In silence, it can be heard."),
    ("GA17", "- Nothing to fix, change or get rid of."),
    ("GA17", "- No part is a bad part."),
    ("GA17", "- Send the dog out of the room."),
    ("GA18", "- Go back to your anchor whenever you like."),
    ("GA18", "- When you were out today, was there a tree?"),
    ("GA18", "- There's no need to go back to that time."),
    ("GA18", "- A kind memory may come, or a plain one."),
    ("GA18", "- If something young or hurting shows, it can be thanked."),
    ("GA18", "- For the first time today, sit."),
    ("GA19", "- Give your weight to the floor."),
    ("GA19", "- Put down your bag, and hand over the keys."),
    ("GA19", "- It is not asked to give up its burden."),
    ("GA19", "- Watch the leaf drop into the water."),
    ("GA19", "- Watch the thoughts, and let them pass like clouds in the sky."),
    ("GA20", "- How do you feel about this part?\n- What would it like you to know?"),
    ("GA20", "- What would you like to drink?"),
    ("GA20", "- How does the floor hold you?"),
    ("GA21", "- Give the chair some room."),
    (
        "GA21",
        "- settle: Would it give you some room?\n- settle: It may say yes.\n- settle: Or it may not, today.",
    ),
    ("GA21", "- Ask your shoulders to relax down."),
    ("GA21", "- Is there a little space?"),
    ("GA22", "- How does it try to help?"),
    ("GA22", "- Nobody will ask who hurt you."),
    ("GA22", "- If you were bullied, a part may keep you in."),
    ("GA23", "- One part of me is sure I am left out, and another is not so sure."),
    ("GA23", "- I am the one noticing."),
    ("GA23", "- I'll be quiet now. I'll speak again when it is time."),
    ("GA23", "- Repeat this three times."),
    ("GA23", "- You don't need to repeat these words."),
    ("GA23", "- Remind yourself that you are free to stop."),
    ("GA24", "- You do not have to forgive anyone."),
    ("GA24", "- Forgive the noise outside."),
    ("GA24", "- People say you should forgive your father."),
    ("GA24", "- Push yourself up from the chair."),
    ("GA25", "- It may show as a weight, a thought, a picture or a word."),
    ("GA25", "- The picture the part gives can stay."),
    ("GA25", "- Picture a lamp, or just know that there is one."),
    ("GA25", "- See what is on the table."),
    ("GA26", "- You could rest a hand on your chest."),
    ("GA26", "- The throat can be skipped."),
    ("GA26", "- At the mouth of the river there is a boat."),
    ("GA26", "- This is not meant to stand in for therapy."),
    ("GA26", "- Stand up, or stay in your seat."),
    ("GA27", "- Tell it, “I'm here with you”."),
    ("GA27", "- A part of you says that I will never leave."),
    ("GA27", "- I will be quiet for a while."),
    ("GA27", "- The chair is holding you."),
    ("GA27", "- I see you have found a seat."),
    ("GA27", "- I will be here again after the quiet."),
    ("GA27", "- We carry you back to the room with three sounds."),
    ("GA27", "- I will ring a bell for you."),
    ("GA27", "- I am giving you time to find a place."),
    ("GA27", "- People who love you may come to mind."),
    ("GA27", "- I am near the end of this, and you can open your eyes."),
    ("GA27", "- What is it that holds you?"),
    ("GA27", "- I'm not holding you to that."),
    ("GA27", "- We will stay here for a few breaths."),
    ("GA27", "- Here we are, with the evening around us."),
    ("GA27", "- Here I am, and the day is over."),
    ("GA27", "- I am here, in this room."),
    ("GA27", "- A part may say, “We love you.”"),
    ("GA27", "- You might say to it, I'm holding you."),
    ("GA27", "- Somebody may love you, and somebody may be with you."),
    ("GA27", "- Love goes with whatever you do."),
    ("GA27", "- We will see you in the session."),
    ("GA27", "- May you be held in love."),
    ("GA27", "- Rest.\n- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: In., out-cue: And out.}"),
    ("GA27", '- say: By the lake it is quiet.\n  sounds-like: {lake: "laik"}'),
    ("GA27", '- say: You could tell it, “lake”.\n  sounds-like: {lake: "I am here with you"}'),
    ("GA28", "- This does not replace therapy."),
    ("GA28", "- It is no cure."),
    ("GA28", "- Please go on with your treatment and medication."),
    ("GA29", "- Goodness knows, and heaven knows too."),
    ("GA50", "- Half-open eyes, a well-worn chair, and 3–5 minutes."),
    ("GA52", "- Take a minute to close your eyes or look at the present moment."),
    ("GA53", "- You can stop, pause or skip ahead."),
    ("GA53", "- Slowly. Softly. As you like."),
    ("GA53", "- Pause here for a moment."),
    ("GA53", "- The hands (both, or one) are here."),
    ("GA54", "- Three is less than four."),
]


@pytest.mark.parametrize(("name", "steps"), RIGHT)
def test_what_only_looks_wrong_is_let_pass(tmp_path: Path, name: str, steps: str) -> None:
    """Denied, quoted, told of, supposed, asked, offered, or meant otherwise."""
    assert [finding.message for finding in found(tmp_path, RULES[name], steps)] == []


@pytest.mark.parametrize(
    ("name", "steps", "weights"),
    [
        ("GA18", "- Turn to your inner child.", ["error", "warning", ""]),
        ("GA19", "- It can release its burden.", ["error", "error", ""]),
        ("GA20", "- What is it afraid of?", ["error", "error", ""]),
        ("GA22", "- Who hurt you?", ["error", "error", "error"]),
    ],
)
def test_levels(tmp_path: Path, name: str, steps: str, weights: list[str]) -> None:
    """What is not for a listener alone may be right after work in a session."""
    findings = [found(tmp_path, RULES[name], steps, level) for level in ("open", "agreed", "follow-up")]
    assert ["".join(finding.severity for finding in some) for some in findings] == weights


@pytest.mark.parametrize(
    ("name", "steps", "profile"),
    [
        ("GA16", "- You are sinking deeper into the bed.", Profile.SLEEP),
        ("GA26", "- Walk slowly.\n- Stand up.", Profile.WALKING),
    ],
)
def test_profiles_within_a_rule(tmp_path: Path, name: str, steps: str, profile: Profile) -> None:
    """What is wrong elsewhere belongs to a script for sleep, or for walking."""
    assert list(RULES[name].find(subject(tmp_path, steps)))
    assert list(RULES[name].find(subject(tmp_path, steps, profile=profile))) == []


def test_profiles_of_rules() -> None:
    """Demands are plain speech on a walk, and to step aside there is a step."""
    assert RULES["GA13"].profiles == {Profile.TRAUMA_SENSITIVE, Profile.SLEEP}
    assert RULES["GA21"].profiles == set(Profile) - {Profile.WALKING}


def test_demands_are_counted_in_two_minutes(tmp_path: Path) -> None:
    """Three of five are too many within two minutes, and few enough when the pauses are long."""
    steps = "- notice: Notice your feet.\n- There is the floor.\n- Feel it.\n- There is time.\n- Look up.\n"
    assert lines(found(tmp_path, RULES["GA13"], steps)) == [1]
    slow = steps.replace("notice: ", "").replace(".\n", ".\n- pause: 1m\n")
    assert found(tmp_path, RULES["GA13"], slow) == []


def test_demands_are_told_of_once_in_two_minutes(tmp_path: Path) -> None:
    """Seven minutes of demands hold three windows, and get three findings, not one for every sentence."""
    assert len(found(tmp_path, RULES["GA13"], "- notice: Notice the floor.\n" * 32)) == 3


def test_a_worn_softener_is_noted(tmp_path: Path) -> None:
    """Six times “if you like” in twelve sentences is a manner, five times is none."""
    often = "- The floor is there, if you like.\n" * 6 + "- There is time.\n" * 6
    (finding,) = found(tmp_path, RULES["GA13"], often)
    assert (finding.severity, finding.place.line - HEAD) == (Severity.NOTE, 1)
    assert "6 of 12" in finding.message
    assert found(tmp_path, RULES["GA13"], often.replace(", if you like", "", 1)) == []


def test_the_place_is_that_of_the_sentence(tmp_path: Path) -> None:
    """A second sentence, in the second line of a folded text."""
    (finding,) = found(tmp_path, RULES["GA14"], "- settle: There is a chair.\n    You are safe.")
    assert (finding.place.line - HEAD, finding.place.column) == (2, 5)


BUILT_IN = LIBRARY.script_files()


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: str(file.stem))
def test_built_in_scripts_keep_the_rules(file: Path) -> None:
    """No error and no warning in what comes with the program."""
    reading = reader.read(file, LIBRARY)
    assert reading.script
    script = reading.script.edition(None)
    about = subject_of(script, estimated(script), Profile.TRAUMA_SENSITIVE)
    findings = [finding for rule in RULES.values() for finding in rule.find(about)]
    assert [str(finding) for finding in findings if finding.severity is not Severity.NOTE] == []


def test_there_are_built_in_scripts() -> None:
    """So that the test above cannot pass for want of any."""
    assert len(BUILT_IN) >= 3


@pytest.mark.parametrize(
    ("name", "steps"),
    [("GA29", "- Pray.\n- Pray."), ("GA52", "- A bow.\n- A bow."), ("GA51", "- Rest.\n- Rest.")],
)
def test_a_word_is_noted_once(tmp_path: Path, name: str, steps: str) -> None:
    """Where it is first heard."""
    assert lines(found(tmp_path, RULES[name], steps)) == [1]


def test_a_language_without_lists_is_let_be(tmp_path: Path) -> None:
    """Rules that look for words find nothing where there are none to look for."""
    german = subject(tmp_path, "- You are safe. Close your eyes. Take a deep breath.")
    words_taken = Subject(german.script, german.timeline, german.sentences, {})
    names = [name for name in RULES if name not in {"GA50", "GA51", "GA53", "GA54"}]
    assert [finding for name in names for finding in RULES[name].find(words_taken)] == []


def test_a_long_script_is_read_quickly(tmp_path: Path) -> None:
    """Nine hundred lines take a fraction of a second, beside what else `check` does with them."""
    steps = "".join(
        f"- settle: You could notice chair {number}, or let the floor of the room hold you up.\n"
        for number in range(900)
    )
    about = subject(tmp_path, steps)
    start = time.process_time()
    for rule in RULES.values():
        list(rule.find(about))
    assert time.process_time() - start < 0.6 * slowness()


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ("This is my own voice.", True),
        ("I've recorded this on a rainy day, for you.", True),
        ("The voice you hear is human.", True),
        ("I'm a therapist in a small town.", True),
        ("This was recorded by your therapist.", True),
        ("You can hear me, and you can stop me.", True),
        ("This voice is not human.", False),
        ("This isn't my voice, and nobody recorded it for you.", False),
        ("A part may say, “This is my voice”.", False),
        ("You could say to yourself: this is my voice.", False),
        ("Is it as if a person is speaking to you?", False),
        ("A critic thinks that you can hear me.", False),
        ("This voice may go quiet for a while.", False),
        ("I'll be quiet now.", False),
    ],
)
def test_a_voice_of_a_program_says_it_is_nobody(said: str, claims: bool, tmp_path: Path) -> None:
    """What is denied, quoted, asked, told of others or said by the listener is no claim."""
    assert bool(found(tmp_path, RULES["GA45"], f'- "{said}"')) is claims
