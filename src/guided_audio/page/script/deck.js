const FADE_IN_MS = 900;
const FADE_OUT_MS = 600;
const JUMP_OUT_MS = 180;
const JUMP_IN_MS = 400;

/**
 * Plays one recording at a time, and everything it does comes in and goes out softly. What is asked
 * of it is written down first (`wanted`, `file`, `target`); after the fade whatever is written down
 * by then is done at once. So no wish is lost while a fade is under way, and the last one wins.
 */
function makeDeck(mixer) {
  const audio = new Audio();
  const fader = makeFader(audio, mixer);
  const changed = makeSignal();
  const ended = makeSignal();
  let turn = 0;
  let wanted = false;
  let failed = false;
  let file = '';
  let loaded = '';
  let target = null;

  audio.preload = 'metadata';

  /** Where it is, or will be as soon as a fade is over, in milliseconds. */
  const place = () => target ?? audio.currentTime * 1000;

  function moveTo(ms) {
    audio.currentTime = ms / 1000;
    target = audio.readyState ? null : ms;
  }

  /** Does what is written down. It is silent when this is called, or was playing as it should. */
  function settle() {
    if (file !== loaded) {
      audio.pause();
      failed = false;
      loaded = file;
      audio.src = file;
    }
    if (!wanted) audio.pause();
    if (target !== null) moveTo(target);
  }

  /** Fades out if anything is to change, settles it, and comes back in if it is to be heard. */
  async function change(out, back) {
    const mine = ++turn;
    changed.tell();
    const mustFade = file !== loaded || target !== null || !wanted;
    if (mustFade && !audio.paused) await fader.to(0, out);
    if (mine !== turn) return;
    settle();
    changed.tell();
    if (wanted) await begin(mine, back);
  }

  async function begin(mine, ms) {
    if (audio.paused) fader.snap(0);
    if (failed) loadAgain();
    try {
      await audio.play();
    } catch {
      if (mine === turn) wanted = false;
    }
    changed.tell();
    if (mine === turn && wanted) fader.to(1, ms);
  }

  /** The file may have been put in its place since. */
  function loadAgain() {
    const at = place();
    failed = false;
    audio.load();
    moveTo(at);
  }

  /** Takes another recording and goes to a place in it; plays on if it was playing. */
  function load(name, ms) {
    file = name;
    target = ms;
    return change(FADE_OUT_MS, FADE_IN_MS);
  }

  function play(ms = FADE_IN_MS) {
    wanted = true;
    return change(JUMP_OUT_MS, ms);
  }

  /** Pauses; the place is where it was asked to, so that no word is lost in the fade. */
  function pause(ms = FADE_OUT_MS) {
    target = place();
    wanted = false;
    return change(ms, 0);
  }

  /** Goes to a place. */
  function seek(ms) {
    target = ms;
    return change(JUMP_OUT_MS, JUMP_IN_MS);
  }

  /** It stopped without being asked to. */
  function stopped() {
    turn++;
    wanted = false;
    changed.tell();
  }

  audio.addEventListener('loadedmetadata', () => {
    if (target !== null && file === loaded) moveTo(target);
    changed.tell();
  });
  audio.addEventListener('ended', () => {
    stopped();
    ended.tell();
  });
  audio.addEventListener('error', () => {
    failed = true;
    stopped();
  });
  // The system may pause it, for a call or when headphones are pulled out.
  audio.addEventListener('pause', () => {
    if (audio.paused && wanted && !audio.ended && file === loaded) stopped();
  });

  return {
    load, play, pause, seek, place, changed, ended,
    isWanted: () => wanted,
    hasFailed: () => failed && file === loaded,
  };
}
