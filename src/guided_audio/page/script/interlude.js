const INTERLUDE_MS = 30000;
const INTERLUDE_OUT_MS = 2000;
const INTERLUDE_BACK_MS = 2000;

/**
 * Keeps the recording where it is for a while and then goes on exactly there. Every further press
 * makes the while longer.
 */
function makeInterlude(deck, loop) {
  const changed = makeSignal();
  let until = null;
  let ticks = 0;

  /** @returns {number} Milliseconds that are left, 0 while none is under way. */
  const left = () => (until === null ? 0 : Math.max(0, until - Date.now()));

  function end(ms) {
    clearInterval(ticks);
    until = null;
    loop.stop(ms);
    changed.tell();
  }

  function tick() {
    if (left()) {
      changed.tell();
      return;
    }
    end(INTERLUDE_BACK_MS);
    deck.play(INTERLUDE_BACK_MS);
  }

  return {
    changed,
    left,
    isOn: () => until !== null,
    /** Begins, or makes longer what is under way. */
    press(file) {
      if (until !== null) {
        until += INTERLUDE_MS;
      } else {
        until = Date.now() + INTERLUDE_MS;
        deck.pause(INTERLUDE_OUT_MS);
        loop.start(file, INTERLUDE_OUT_MS);
        ticks = setInterval(tick, 250);
      }
      changed.tell();
    },
    /** Ends it early, without going on. */
    cancel() {
      if (until !== null) end(FADE_OUT_MS);
    },
  };
}
