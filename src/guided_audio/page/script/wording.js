const data = JSON.parse(document.getElementById('data').textContent);

/** The sentence of a name, with its places filled. */
function say(name, values = {}) {
  return (data.say[name] || '').replace(/\{(\w+)\}/g, (whole, place) => values[place] ?? whole);
}

/** A time as a player shows it: `4:07`, or `1:02:45`. */
function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const start = hours ? `${hours}:${two(minutes)}` : `${minutes}`;
  return `${start}:${two(seconds % 60)}`;
}

/** A length as one says it: `1 min 20 s`. */
function sayLength(ms) {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const parts = minutes ? [say('minutes', { n: minutes })] : [];
  if (seconds % 60 || !minutes) parts.push(say('seconds', { n: seconds % 60 }));
  return parts.join(' ');
}
