/**
 * The lines of the recording, which follow the sound. Each is a button that goes there; of all of
 * them only one is in the order of the Tab key, and the arrows walk from it.
 *
 * @param {(ms: number) => void} go
 */
function makeRows(go) {
  const box = byName('words');
  const sections = box ? [...box.querySelectorAll('.text')] : [];
  const scroll = box && makeScroll(box);
  let rows = [];
  let starts = [];
  let current = -1;

  /** Makes a paragraph one that can be pressed, once. */
  function prepare(row, start) {
    if (row.firstElementChild) return;
    const button = element('button', 'row-button', row.textContent);
    button.type = 'button';
    button.tabIndex = -1;
    button.addEventListener('click', () => go(start));
    row.replaceChildren(button);
  }

  /** Shows the lines of a recording. */
  function open(number) {
    sections.forEach((section, index) => section.classList.toggle('open', index === number));
    starts = data.tracks[number].rows;
    rows = box ? [...sections[number].querySelectorAll('.row')] : [];
    rows.forEach((row, index) => prepare(row, starts[index]));
    current = -1;
    if (rows.length) makeReachable(0);
    if (scroll) scroll.top();
  }

  function makeReachable(index) {
    for (const [number, row] of rows.entries()) row.firstElementChild.tabIndex = number === index ? 0 : -1;
  }

  /** Marks the line of a time. Before the first one there is none. */
  function follow(ms) {
    const index = lastUpTo(starts, ms);
    if (index === current) return;
    current = index;
    markCurrent(rows, index);
    if (index < 0) return;
    if (!box.contains(document.activeElement)) makeReachable(index);
    scroll.follow(rows[index]);
  }

  /** Moves the focus from line to line. */
  function walk(event) {
    const from = rows.indexOf(event.target.closest('.row'));
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (from < 0 || to === undefined || !rows[to]) return;
    event.preventDefault();
    event.stopPropagation();
    makeReachable(to);
    rows[to].firstElementChild.focus({ preventScroll: true });
    scroll.show(rows[to]);
  }

  if (box) {
    box.addEventListener('keydown', walk);
    box.addEventListener('focusout', () => current >= 0 && makeReachable(current));
  }

  return {
    open, follow,
    nextStart: (ms) => starts[lastUpTo(starts, ms) + 1] ?? Infinity,
    forgive: () => scroll && scroll.forgive(),
  };
}
