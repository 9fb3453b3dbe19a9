/** The element of a name, null where this page has none. */
const byName = (name) => document.getElementById(name);

/** A new element with its class and, if there is any, its text. */
function element(tag, kind, text = '') {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  return made;
}

/** Marks text that is in the language of the series, whichever way it is written. */
function inOwnLanguage(made) {
  made.dir = 'auto';
  if (data.language.split('-')[0] !== document.documentElement.lang.split('-')[0]) made.lang = data.language;
  return made;
}

/** Sets a text only where it changes, so that nothing is read out twice. */
function setText(made, text) {
  if (made && made.textContent !== text) made.textContent = text;
}

/** Shows an element, or takes it out of sight and reach. */
function setShown(made, isShown) {
  if (made && made.hidden === isShown) made.hidden = !isShown;
}

/** Marks one of several elements as the current one, for eyes and for screen readers. */
function markCurrent(all, index) {
  all.forEach((made, number) => {
    made.classList.toggle('current', number === index);
    if (number === index) made.setAttribute('aria-current', 'true');
    else made.removeAttribute('aria-current');
  });
}

/** The index of the last number that is not above a value, -1 if all are. The numbers ascend. */
function lastUpTo(numbers, value) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
