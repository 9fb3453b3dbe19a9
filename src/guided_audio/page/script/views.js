const SEEK_STEP_MS = 5000;

/** The buttons of the player, and what they show. */
function makeControls(transport, deck, interlude) {
  const toggle = byName('toggle');
  const wishes = {
    toggle: transport.toggle,
    back: () => transport.skip(-SKIP_MS),
    forward: () => transport.skip(SKIP_MS),
    previous: transport.previous,
    next: transport.next,
    interlude: transport.longer,
    ending: transport.toEnding,
  };
  for (const [name, wish] of Object.entries(wishes)) byName(name).addEventListener('click', () => wish());

  function showInterlude() {
    const left = Math.ceil(interlude.left() / 1000) * 1000;
    const hint = interlude.isOn() ? say('interlude-left', { left: sayLength(left) }) : say('interlude-first');
    setText(byName('interlude-hint'), hint);
    byName('interlude').classList.toggle('current', interlude.isOn());
  }

  function showTrouble() {
    setShown(byName('trouble'), deck.hasFailed());
    setText(byName('trouble'), deck.hasFailed() ? say('failed', { file: transport.track().name }) : '');
  }

  return {
    follow() {
      document.documentElement.classList.toggle('playing', transport.isOn());
      toggle.setAttribute('aria-label', say(transport.isOn() ? 'pause' : 'play'));
      showInterlude();
      showTrouble();
    },
  };
}

/** The line of time: it shows the place, and goes there when it is let go. */
function makeSeekLine(transport, deck) {
  const line = byName('seek');
  let isHeld = false;

  function show(ms) {
    const { length } = transport.track();
    const at = Math.min(ms, length);
    const second = String(Math.floor(at / 1000));
    setText(byName('at'), clock(at));
    setText(byName('length'), clock(length));
    if (line.value === second && line.max === String(Math.floor(length / 1000))) return;
    line.max = String(Math.floor(length / 1000));
    line.value = second;
    line.style.setProperty('--part', length ? at / length : 0);
    line.setAttribute('aria-valuetext', say('place', { at: clock(at), length: clock(length) }));
  }

  function step(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!steps) return;
    event.preventDefault();
    transport.skip(steps * SEEK_STEP_MS);
  }

  line.addEventListener('keydown', step);
  line.addEventListener('input', () => {
    isHeld = true;
    setText(byName('at'), clock(line.value * 1000));
    line.style.setProperty('--part', line.value / line.max);
  });
  line.addEventListener('change', () => {
    isHeld = false;
    transport.seek(line.value * 1000);
  });

  return { follow: () => isHeld || show(deck.place()) };
}

/** The heading of the player: which recording it is, with its cover. */
function showRecording(track, number) {
  const cover = byName('cover');
  const hasMore = data.tracks.length > 1;
  setText(byName('now-title'), track.title);
  setText(byName('now-count'), hasMore ? say('count', { n: number + 1, all: data.tracks.length }) : '');
  setShown(cover, false);
  cover.onload = () => setShown(cover, true);
  if (track.cover) cover.src = track.cover;
  else cover.removeAttribute('src');
  setShown(byName('previous'), hasMore);
  setShown(byName('next'), hasMore);
  byName('previous').disabled = number === 0;
  byName('next').disabled = number === data.tracks.length - 1;
  setShown(byName('ending'), track.ending !== null);
}
