/**
 * The place and the choices, kept in this browser on this device. A browser that is set to keep
 * nothing, or has no room left, is as good as one with an empty memory.
 *
 * @param {string} mark Tells this series from another one that lay in the same folder before.
 */
function makeMemory(mark) {
  const key = `player:${location.pathname}`;
  let forgotten = false;

  /** @returns {object} What was kept, or an empty object. */
  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && kept.mark === mark ? kept : {};
    } catch {
      return {};
    }
  }

  /** Keeps these values beside those that are kept already. */
  function keep(values) {
    if (forgotten) return;
    try {
      localStorage.setItem(key, JSON.stringify({ ...read(), ...values, mark }));
    } catch {
      forgotten = true;
    }
  }

  /** Removes all of it, and keeps nothing more while this page is open. */
  function forget() {
    forgotten = true;
    try {
      localStorage.removeItem(key);
    } catch {
      return;
    }
  }

  return { read, keep, forget };
}
