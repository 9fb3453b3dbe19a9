/**
 * Keys of one letter. They work only while the focus is in the player, and can be switched off, for
 * people who speak to their device or whose hands slip.
 */
function listenToKeys(transport, settings) {
  const wishes = {
    q: transport.longer,
    b: transport.toEnding,
    n: transport.next,
    p: transport.previous,
    m: () => settings.toggle('isMuted'),
    c: () => settings.toggle('hasLines'),
  };
  const moves = {
    ' ': transport.toggle,
    ArrowLeft: () => transport.skip(-SKIP_MS),
    ArrowRight: () => transport.skip(SKIP_MS),
  };

  /** The element has a use of its own for this key. */
  function isTaken(key, made) {
    if (made.matches('input[type=range]')) return key.startsWith('Arrow');
    return key === ' ' && made.closest('button, a, input, summary') !== null;
  }

  byName('player').addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event.key, event.target)) return;
    const wish = moves[event.key] || (settings.choices.hasKeys && wishes[event.key.toLowerCase()]);
    if (!wish || event.repeat && !event.key.startsWith('Arrow')) return;
    event.preventDefault();
    wish();
  });
}
