/** Some phones do not let a page set the volume; there, nothing can be faded either. */
const CAN_SET_VOLUME = (() => {
  const probe = new Audio();
  probe.volume = 0.5;
  return probe.volume === 0.5;
})();

/** What lowers all sound of the page alike: the listener, the switch for no sound, and the timer. */
function makeMixer() {
  const factors = { listener: 1, switched: 1, timer: 1 };
  const changed = makeSignal();
  let ramp = 0;

  /** Sets a factor at once, 0 to 1. */
  function set(name, value) {
    factors[name] = value;
    changed.tell();
  }

  /** Moves the switched factor softly. On phones without a volume only `muted` remains. */
  function glide(goal) {
    const begun = performance.now();
    const from = factors.switched;
    clearInterval(ramp);
    ramp = setInterval(() => {
      const part = Math.min(1, (performance.now() - begun) / 300);
      if (part === 1) clearInterval(ramp);
      set('switched', from + (goal - from) * part);
    }, 30);
  }

  return {
    set,
    glide,
    changed,
    /** The product of all factors. */
    level: () => factors.listener * factors.switched * factors.timer,
    isOff: () => factors.switched === 0,
  };
}
