const SKIP_MS = 15000;

/** What a listener can ask for. Whatever it is, it ends an interlude. */
function makeTransport(deck, interlude) {
  const chosen = makeSignal();
  const jumped = makeSignal();
  let number = 0;

  const track = () => data.tracks[number];
  const isOn = () => deck.isWanted() || interlude.isOn();

  /** Keeps a place inside the recording; its very end cannot be reached by accident. */
  const inside = (ms) => Math.min(Math.max(0, ms), Math.max(0, track().length - 500));

  /** Goes to a place. What was heard before goes on being heard. */
  function seek(ms) {
    const goesOn = isOn();
    interlude.cancel();
    deck.seek(inside(ms));
    if (goesOn && !deck.isWanted()) deck.play();
    jumped.tell();
  }

  function play() {
    interlude.cancel();
    deck.play();
  }

  function pause() {
    interlude.cancel();
    deck.pause();
  }

  /** Takes another recording, which plays on if one was playing. */
  function choose(index, ms = 0, goesOn = isOn()) {
    if (!data.tracks[index]) return;
    interlude.cancel();
    number = index;
    deck.load(track().file, ms);
    if (goesOn) deck.play();
    chosen.tell();
  }

  return {
    chosen, jumped, track, isOn, play, pause, seek, choose,
    number: () => number,
    toggle: () => (isOn() ? pause() : play()),
    skip: (ms) => seek(deck.place() + ms),
    previous: () => choose(number - 1),
    next: () => choose(number + 1),
    longer: () => interlude.press(track().loop),
    /** Goes to where the last part begins, and plays it. */
    toEnding() {
      if (track().ending === null) return;
      seek(track().ending);
      deck.play();
    },
  };
}
