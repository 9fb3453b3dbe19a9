/** Something that others can listen for. */
function makeSignal() {
  const listeners = [];
  return {
    /** @param {Function} listener Is called with what is told. */
    on(listener) {
      listeners.push(listener);
    },
    /** Calls every listener, in the order they came. */
    tell(...news) {
      for (const listener of listeners) listener(...news);
    },
  };
}
