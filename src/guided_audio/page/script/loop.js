const LOOP_BLEND_MS = 3000;
const GOLDEN_PART = 0.618034;

/**
 * Plays a short file for as long as it is wanted, each time from somewhere else in it. Before it
 * ends another player blends in, so that no end is heard. A file that cannot be played is silence.
 */
function makeLoop(mixer) {
  const players = [0, 1].map(() => {
    const audio = new Audio();
    audio.preload = 'auto';
    return { audio, fader: makeFader(audio, mixer) };
  });
  let current = 0;
  let isOn = false;
  let part = Math.random();

  /** A place far enough from the last one, and from the end. */
  function offset(audio) {
    part = (part + GOLDEN_PART) % 1;
    const span = audio.duration - (4 * LOOP_BLEND_MS) / 1000;
    audio.loop = span <= 0;
    return audio.loop ? 0 : part * span;
  }

  function enter({ audio, fader }, ms) {
    const begin = () => {
      audio.currentTime = offset(audio);
      fader.snap(0);
      audio.play().then(() => fader.to(1, ms), () => {});
    };
    if (audio.readyState) begin();
    else audio.addEventListener('loadedmetadata', () => isOn && begin(), { once: true });
  }

  async function leave({ audio, fader }, ms) {
    await fader.to(0, ms);
    if (!isOn || players[current].audio !== audio) audio.pause();
  }

  function blend() {
    const { audio } = players[current];
    if (!isOn || audio.loop || (audio.duration - audio.currentTime) * 1000 > LOOP_BLEND_MS + 500) return;
    leave(players[current], LOOP_BLEND_MS);
    current = 1 - current;
    enter(players[current], LOOP_BLEND_MS);
  }

  for (const player of players) {
    player.audio.addEventListener('timeupdate', () => {
      if (player === players[current]) blend();
    });
  }

  return {
    /** Comes in softly; without a file nothing is heard. */
    start(file, ms) {
      isOn = Boolean(file);
      if (!file) return;
      current = 1 - current;
      for (const { audio } of players) {
        if (audio.getAttribute('src') !== file) audio.src = file;
      }
      enter(players[current], ms);
    },
    /** Goes out softly. */
    stop(ms) {
      isOn = false;
      for (const player of players) leave(player, ms);
    },
  };
}
