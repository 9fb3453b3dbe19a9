const TIMER_FADE_MS = 20000;

/**
 * Lets the sound go out over its last seconds, and stops. It counts by the clock, so that a phone
 * that slept for a while does not count short.
 *
 * @param {() => void} stop
 */
function makeTimer(mixer, stop) {
  const choice = byName('timer');
  const hint = byName('timer-hint');
  let deadline = null;
  let ticks = 0;

  function show(left) {
    const rounded = left > 60000 ? Math.ceil(left / 60000) * 60000 : Math.ceil(left / 1000) * 1000;
    setText(hint, left ? say('timer-left', { left: sayLength(rounded) }) : say('timer-hint'));
  }

  function clear() {
    clearInterval(ticks);
    deadline = null;
    choice.value = '0';
    show(0);
  }

  /** Nothing of the fade is left over for whoever presses play again. */
  async function end() {
    clear();
    await stop();
    mixer.set('timer', 1);
  }

  function tick() {
    const left = Math.max(0, deadline - Date.now());
    mixer.set('timer', Math.min(1, left / TIMER_FADE_MS));
    if (left) show(left);
    else end();
  }

  choice.addEventListener('change', () => {
    const minutes = Number(choice.value);
    clearInterval(ticks);
    mixer.set('timer', 1);
    if (!minutes) {
      clear();
      return;
    }
    deadline = Date.now() + minutes * 60000;
    ticks = setInterval(tick, 250);
    tick();
  });
}
