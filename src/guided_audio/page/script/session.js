/** What the keys of a headset and the lock screen of a phone show and do. */
function joinMediaSession(transport, deck) {
  const session = navigator.mediaSession;
  if (!session) return { follow() {} };
  const back = (details) => transport.skip(-(details.seekOffset ? details.seekOffset * 1000 : SKIP_MS));
  const forward = (details) => transport.skip(details.seekOffset ? details.seekOffset * 1000 : SKIP_MS);
  const handlers = {
    play: transport.play,
    pause: transport.pause,
    stop: transport.pause,
    seekto: (details) => transport.seek(details.seekTime * 1000),
    seekbackward: back,
    seekforward: forward,
    previoustrack: transport.previous,
    nexttrack: transport.next,
  };
  for (const [action, handler] of Object.entries(handlers)) {
    try {
      session.setActionHandler(action, handler);
    } catch {
      continue;
    }
  }

  function describe() {
    const { title, cover } = transport.track();
    // A browser takes a picture from a server or not at all.
    const artwork = cover && location.protocol !== 'file:' ? [{ src: new URL(cover, location.href).href }] : [];
    session.metadata = new MediaMetadata({ title, artist: data.title, album: data.title, artwork });
  }

  /** Tells where it is. */
  function follow() {
    session.playbackState = transport.isOn() ? 'playing' : 'paused';
    const duration = transport.track().length / 1000;
    const position = Math.min(duration, Math.max(0, deck.place() / 1000));
    try {
      session.setPositionState({ duration, position, playbackRate: 1 });
    } catch {
      return;
    }
  }

  transport.chosen.on(describe);
  return { follow };
}
