const FADE_STEP_MS = 30;

/**
 * Moves the volume of an audio element softly. It counts by the clock and not by frames of the
 * screen, which stop when a phone is locked.
 */
function makeFader(audio, mixer) {
  let value = 0;
  let steps = 0;
  let finish = null;

  function apply() {
    audio.volume = Math.min(1, Math.max(0, value * mixer.level()));
    audio.muted = mixer.isOff();
  }

  /** Ends a fade where it is. */
  function stop() {
    clearInterval(steps);
    if (finish) finish();
    finish = null;
  }

  /** Sets the value at once. */
  function snap(to) {
    stop();
    value = to;
    apply();
  }

  /** Fades to a value; what is returned resolves at its end, or when another fade takes over. */
  function to(goal, ms) {
    stop();
    if (!CAN_SET_VOLUME || !ms || value === goal) {
      snap(goal);
      return Promise.resolve();
    }
    const from = value;
    const begun = performance.now();
    return new Promise((resolve) => {
      finish = resolve;
      steps = setInterval(() => {
        const part = Math.min(1, (performance.now() - begun) / ms);
        value = from + (goal - from) * (1 - Math.cos(Math.PI * part)) / 2;
        apply();
        if (part === 1) stop();
      }, FADE_STEP_MS);
    });
  }

  mixer.changed.on(apply);
  return { snap, to };
}
