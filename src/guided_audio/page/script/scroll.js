const SCROLL_MS = 1100;
const PATIENCE_MS = 8000;

/**
 * Brings the current line to the middle of its box, slowly. Whoever scrolls or walks through the
 * lines is left alone for a while.
 */
function makeScroll(box) {
  let touched = -PATIENCE_MS;
  let frame = 0;

  const hasLessMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

  function touch() {
    touched = performance.now();
    cancelAnimationFrame(frame);
  }

  function goalFor(line) {
    const middle = line.offsetTop - box.offsetTop - (box.clientHeight - line.offsetHeight) / 2;
    return Math.min(Math.max(0, middle), box.scrollHeight - box.clientHeight);
  }

  function glide(goal) {
    const from = box.scrollTop;
    const begun = performance.now();
    cancelAnimationFrame(frame);
    const step = () => {
      const part = Math.min(1, (performance.now() - begun) / SCROLL_MS);
      box.scrollTop = from + (goal - from) * (1 - Math.cos(Math.PI * part)) / 2;
      if (part < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  for (const kind of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
    box.addEventListener(kind, touch, { passive: true });
  }

  return {
    /** Goes to a line, unless somebody is reading elsewhere. */
    follow(line) {
      if (performance.now() - touched < PATIENCE_MS) return;
      if (hasLessMotion()) box.scrollTop = goalFor(line);
      else glide(goalFor(line));
    },
    /** Goes to a line at once, whoever is reading. */
    show(line) {
      cancelAnimationFrame(frame);
      box.scrollTop = goalFor(line);
    },
    top() {
      cancelAnimationFrame(frame);
      box.scrollTop = 0;
    },
    /** Somebody asked for a place: from here on it follows again. */
    forgive() {
      touched = -PATIENCE_MS;
    },
  };
}
