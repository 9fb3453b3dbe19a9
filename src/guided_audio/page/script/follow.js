const FOLLOW_MS = 250;

/**
 * Calls `show` often enough for the eye, and exactly when the next line or chapter begins.
 *
 * @param {(ms: number) => number} nextStart
 * @param {() => boolean} isMoving
 */
function makeFollower(deck, nextStart, isMoving, show) {
  let waiting = 0;

  function run() {
    clearTimeout(waiting);
    show();
    if (!isMoving()) return;
    const wait = nextStart(deck.place()) - deck.place();
    waiting = setTimeout(run, Math.min(FOLLOW_MS, Math.max(10, wait + 2)));
  }

  return run;
}
