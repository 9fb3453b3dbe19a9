const KEEP_EVERY_MS = 5000;
const BEFORE_NEXT_MS = 2500;

/** Puts the parts together, and takes up where this device left off. */
function start() {
  const memory = makeMemory(data.tracks.map((track) => track.length).join('-'));
  const mixer = makeMixer();
  const deck = makeDeck(mixer);
  const interlude = makeInterlude(deck, makeLoop(mixer));
  const transport = makeTransport(deck, interlude);
  const settings = makeSettings(mixer, memory);
  const announce = (sentence) => setText(byName('status'), sentence);

  const rows = makeRows(transport.seek);
  const chapters = makeChapters(transport.seek, announce);
  const recordings = makeRecordings(chooseFromList);
  const controls = makeControls(transport, deck, interlude);
  const line = makeSeekLine(transport, deck);
  const session = joinMediaSession(transport, deck);
  let isJump = false;
  let kept = 0;

  function show() {
    const at = deck.place();
    rows.follow(at);
    chapters.follow(at, isJump, transport.isOn());
    line.follow();
    isJump = false;
    if (deck.isWanted() && Date.now() - kept > KEEP_EVERY_MS) keep();
  }

  const nextStart = (ms) => Math.min(rows.nextStart(ms), chapters.nextStart(ms));
  const follow = makeFollower(deck, nextStart, deck.isWanted, show);

  /** What is at its end begins anew next time. */
  function keep() {
    kept = Date.now();
    const isOver = deck.place() > transport.track().length - 1000;
    memory.keep({ number: transport.number(), ms: isOver ? 0 : Math.floor(deck.place()) });
  }

  function showAll() {
    controls.follow();
    session.follow();
    follow();
  }

  /** Whoever chooses with the keyboard finds the focus at the button that plays. */
  function chooseFromList(index) {
    transport.choose(index);
    byName('toggle').focus();
  }

  function goOn() {
    const number = transport.number();
    keep();
    if (!settings.choices.goesOn || transport.track().stays) return;
    setTimeout(() => {
      if (number === transport.number() && !transport.isOn()) transport.choose(number + 1, 0, true);
    }, BEFORE_NEXT_MS);
  }

  transport.chosen.on(() => {
    const track = transport.track();
    showRecording(track, transport.number());
    rows.open(transport.number());
    chapters.open(track);
    recordings.follow(transport.number());
    showAll();
    keep();
  });
  transport.jumped.on(() => {
    isJump = true;
    rows.forgive();
    follow();
    keep();
  });
  deck.changed.on(showAll);
  deck.ended.on(goOn);
  interlude.changed.on(controls.follow);

  let wasOn = false;
  deck.changed.on(() => {
    if (wasOn && !transport.isOn()) keep();
    wasOn = transport.isOn();
  });
  addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', () => (document.hidden ? keep() : showAll()));

  makeTimer(mixer, () => {
    interlude.cancel();
    return deck.pause(0);
  });
  listenToKeys(transport, settings);
  offerToForget(memory);
  takeUp(transport, memory.read());
}

/** Goes to the place that was kept, as far as there is such a place. */
function takeUp(transport, kept) {
  const track = data.tracks[kept.number];
  const isPlace = track && kept.ms >= 0 && kept.ms < track.length;
  transport.choose(isPlace ? kept.number : 0, isPlace ? kept.ms : 0, false);
}

document.documentElement.classList.add('script');
if (data.tracks.length) start();
