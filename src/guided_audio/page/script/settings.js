/** The choices of a listener, and what each does. Those that were kept are made again. */
function makeSettings(mixer, memory) {
  const root = document.documentElement;
  const choices = { volume: 100, isMuted: false, hasLines: true, goesOn: false, hasKeys: true, look: '' };
  const switches = { isMuted: 'mute', hasLines: 'lines-switch', goesOn: 'next-switch', hasKeys: 'keys-switch' };
  const effects = {
    // The ear hears the square of what the hand does.
    volume: (value) => mixer.set('listener', (value / 100) ** 2),
    isMuted: (value) => mixer.glide(value ? 0 : 1),
    hasLines: (value) => root.classList.toggle('without-lines', !value),
    goesOn() {},
    hasKeys() {},
    look: (value) => (value ? root.setAttribute('data-look', value) : root.removeAttribute('data-look')),
  };

  function set(name, value) {
    choices[name] = value;
    effects[name](value);
    memory.keep({ choices });
  }

  function toggle(name) {
    const box = byName(switches[name]);
    if (!box) return;
    box.checked = !box.checked;
    set(name, box.checked);
  }

  /** Takes over what was kept, as far as it can be a choice. */
  function restore() {
    const kept = memory.read().choices || {};
    for (const [name, value] of Object.entries(choices)) {
      if (typeof kept[name] !== typeof value) continue;
      choices[name] = kept[name];
      effects[name](kept[name]);
    }
    for (const [name, id] of Object.entries(switches)) if (byName(id)) byName(id).checked = choices[name];
    byName('volume').value = choices.volume;
    for (const radio of document.getElementsByName('look')) radio.checked = radio.value === choices.look;
  }

  for (const [name, id] of Object.entries(switches)) {
    const box = byName(id);
    if (box) box.addEventListener('change', () => set(name, box.checked));
  }
  byName('volume').addEventListener('input', (event) => set('volume', Number(event.target.value)));
  for (const radio of document.getElementsByName('look')) {
    radio.addEventListener('change', () => set('look', radio.value));
  }
  setShown(byName('volume-setting'), CAN_SET_VOLUME);
  setShown(byName('next-setting'), data.tracks.length > 1);
  setShown(byName('lines-setting'), data.tracks.some((track) => track.rows.length));
  restore();

  return { choices, toggle };
}

/** The button that makes the device forget. */
function offerToForget(memory) {
  const button = byName('forget');
  if (!button) return;
  button.addEventListener('click', () => {
    memory.forget();
    setText(byName('memory-hint'), say('forgotten'));
    byName('status').textContent = say('forgotten');
  });
}
