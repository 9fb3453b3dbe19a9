/**
 * The chapters of the recording: a list to jump from, marks on the line of time, and the name of
 * the one that is heard.
 *
 * @param {(ms: number) => void} go
 * @param {(sentence: string) => void} announce
 */
function makeChapters(go, announce) {
  const list = byName('chapters');
  const marks = byName('marks');
  let chapters = [];
  let buttons = [];
  let current = -1;
  let staysSilent = false;

  function item([start, title]) {
    const button = element('button', 'chapter-button');
    button.type = 'button';
    button.append(inOwnLanguage(element('span', 'chapter-title', title)), element('span', 'chapter-time', clock(start)));
    button.addEventListener('click', () => go(start));
    return button;
  }

  function mark([start], length) {
    const made = element('i', 'mark');
    made.style.setProperty('--at', start / length);
    return made;
  }

  /** Shows the chapters of a recording. One that has a single chapter needs no list. */
  function open(track) {
    chapters = track.chapters;
    staysSilent = track.stays;
    current = -1;
    buttons = chapters.map(item);
    list.replaceChildren(...buttons.map((button) => {
      const made = element('li', '');
      made.append(button);
      return made;
    }));
    marks.replaceChildren(...chapters.slice(1).map((chapter) => mark(chapter, track.length)));
    setShown(byName('chapters-panel'), chapters.length > 1);
  }

  /** Marks the chapter of a time. Where somebody may be falling asleep, only a jump is told. */
  function follow(ms, isJump, isHeard) {
    const index = lastUpTo(chapters.map(([start]) => start), ms);
    if (index === current) return;
    const isFirst = current < 0;
    current = index;
    markCurrent(buttons, index);
    const title = index < 0 ? '' : chapters[index][1];
    setText(byName('now-chapter'), chapters.length > 1 ? title : '');
    if (title && !isFirst && isHeard && (isJump || !staysSilent)) announce(say('chapter-said', { title }));
  }

  return {
    open, follow,
    nextStart: (ms) => (chapters.find(([start]) => start > ms) || [Infinity])[0],
  };
}
