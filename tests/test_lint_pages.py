"""Whole pages of sentences, by all rules of language at once: careful ones pass, careless ones are found.

The careful ones are of the kind that rules by words alone stumble over: they deny, quote, ask, suppose or
offer what would be wrong to promise or demand.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guided_audio.lint.rule import Severity
from lint_subjects import HEAD, RULES, subject

CAREFUL = """
Look at three things in the room, one after another.
Your feet are on the floor, or on the bed.
There is the breath as well, for whoever likes it.
You can change your anchor whenever you want.
A part of me is very loud right now, and I am the one who notices.
Cold water on the wrists can help some people.
What might take the edge off the next quarter of an hour?
The numbers are in the notes, if you need somebody now.
Shoulders and jaw may be tense, and they don't have to relax.
The chest or the belly come next, or you could stay with the hands.
Think of an everyday moment, about two or three out of ten in difficulty.
It may show as an urge, a picture, a thought, or just knowing.
You could let it sit across the room, or behind glass.
Is there a little space between you and this part?
Either answer is fine.
In one honest word: how do you feel toward it?
If there is frustration, that is another part, which also tries to help.
Could it move over by a finger's width, or by as much as suits it?
If it would rather not, stay with this one, and ask what it worries would happen.
You can tell the first part, "I would like to hear how you see things."
What does it want you to know?
Since about when has it done this work? A guess will do, and no scene has to be looked for.
What is it afraid of, should it sit down for an hour?
What age does it take you for? You might show it today's room.
Promise only what you will keep.
If somebody small or sore turns up, it can be seen and thanked, and told that you'll bring it to therapy.
A door can be open a hand's width, or shut.
Something may change in your chest, or nothing may.
Was there a time when two per cent of this quality was there?
You don't have to be calm.
Which part doubts it? It's welcome too.
A part of me has it written down: I do not belong.
That sentence once kept you out of harm's way.
One part stands outside with its hands in its pockets; and another has found a chair at the library.
How believable is that, from nought to ten? There's no need to raise it.
Where was the phone a shelter today?
It might be thanked for that.
If a part says no to the class, what is the smallest version?
You can leave again after two minutes.
One evening is one evening.
Stand at the edge of the path, or sit down on a bench if you like.
You may keep one ear free, and stop whenever it is safe to stop.
A face or a dog may come by. There's no need to speak.
Perhaps someone leaves you a little more yourself.
Nothing here asks you to forgive, to call anyone, or to go back.
This isn't a substitute for therapy or medication.
Please don't listen while you drive.
You can always open your eyes.
If your eyes are closed, they can open now.
Let your eyes rest on something, or close them if that's easier.
Maybe the mind wanders. That's what minds do, and nothing has gone wrong.
There isn't a right way to do this.
You're not being asked to push the sadness away or to fix it.
Some people were told they must be strong.
"You should be over it by now," someone may have said.
It's okay not to feel anything.
You might feel safer with your back against a wall.
Is it safe enough to stay for a moment?
No promise of safety is made here.
Thank the one that had its coat on the whole evening.
The old voice says, "It's safer to stay invisible."
It was safer, once, to stay invisible.
People enjoy my company, says one part; another isn't so sure.
You could write down one sentence, then close the book.
The rain is getting louder, and the tension of the day may still be there.
Your hands are warm or cool, heavy or light.
Let the chair hold your weight.
If it helps, imagine roots, or simply know that there is ground.
Notice what you can see, hear and touch.
The part might want to stand beside you, or step back, or stay where it is.
I'll be quiet now for about twenty seconds.
I'll speak again when it's time.
The bell will ring once, and it's soft.
You are the one who decides how far this goes.
You're here, and the day is over.
Everything you need is within reach, like a glass of water.
It doesn't need to be let go of.
Letting go isn't asked of you.
Whether the heart opens or stays shut is its own matter.
As the tide goes out, it takes the sand with it.
Take your time.
In your own time, come back to the room.
The mouth of the cave is wide.
A memory of kindness is enough, if one comes.
Someone once held a door for you.
When you were on the bus today, who sat near you?
Remember that stopping is always possible.
Part of you may want to run, and that's understandable.
You could ask your therapist what to do with it.
Your therapist may have another idea.
The next recording is called a steady place.
A place that is good enough will do, and it need not be home.
The universe of small sounds is large.
What is there to see on the table?
"""

CARELESS = """
Gently allow your eyes to drift closed.
Now shut your eyes.
Begin by closing your eyes.
Feel completely safe and protected.
Know that you are safe.
You are held, and you are safe.
Remember, no one can hurt you here.
You are in a safe place.
This is your safe space.
Your body is now completely relaxed.
Feel all the tension leaving your body.
You are becoming more and more relaxed.
Your heart is opening.
Feel your heart expanding with love.
You must not move.
You need to relax.
Don't think about it.
Let it all go.
Just let everything go.
Release all your worries.
Go deeper and deeper.
Ten, nine, you are going deeper into relaxation.
Your eyelids are so heavy you cannot open them.
Make the critic go away.
Get rid of negative thoughts.
Tell that part to leave.
Ignore the voice that says no.
Ask the part to show you where it came from.
Go back to your childhood.
Find the lonely child within.
Remember the first time you felt alone.
See your younger self.
Meet your inner child.
Let the part give its burden to the water.
Release the shame into the fire.
Ask it to give the weight to the wind.
Ask this part what it needs.
Ask the part to step back.
Who taught you that?
What happened to you back then?
Say these words: I am worthy.
Repeat silently, I belong.
I am loved. I am whole.
Find it in your heart to forgive him.
Reach out to an old friend who hurt you.
Phone your sister today.
Visualise your pain as a ball.
See a golden light.
In your mind's eye there is a beach.
Put your hand on your heart.
Rest both hands on your lower belly.
Relax your throat.
I am here for you.
I'm so proud of you.
You are not alone, I am with you.
This will cure your depression.
You won't need your medication.
"""


def lines(text: str) -> list[str]:
    """The sentences of a page, one a line."""
    return text.strip().splitlines()


def test_careful_sentences_pass(tmp_path: Path) -> None:
    """No error and no warning on a page of them."""
    steps = "".join(f"- settle: {json.dumps(text, ensure_ascii=False)}\n" for text in lines(CAREFUL))
    about = subject(tmp_path, steps)
    findings = [finding for rule in RULES.values() for finding in rule.find(about)]
    grave = [finding for finding in findings if finding.severity is not Severity.NOTE]
    assert [(found.rule, lines(CAREFUL)[found.place.line - HEAD - 1]) for found in grave] == []


@pytest.mark.parametrize("text", lines(CARELESS))
def test_careless_sentences_are_found(tmp_path: Path, text: str) -> None:
    """Each is an error or a warning by some rule."""
    about = subject(tmp_path, f"- {json.dumps(text, ensure_ascii=False)}\n")
    findings = [finding for rule in RULES.values() for finding in rule.find(about)]
    assert any(finding.severity is not Severity.NOTE for finding in findings)
