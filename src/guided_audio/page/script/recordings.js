/**
 * The list of recordings. In the page each is a link to its file, which serves without a script;
 * here it becomes a button that chooses it.
 *
 * @param {(index: number) => void} choose
 */
function makeRecordings(choose) {
  const buttons = [...document.querySelectorAll('.recording')].map((link) => {
    const button = element('button', link.className);
    button.type = 'button';
    button.append(...link.childNodes);
    button.addEventListener('click', () => choose(Number(link.dataset.track)));
    link.replaceWith(button);
    return button;
  });
  setShown(byName('recordings-panel'), buttons.length > 1);

  return { follow: (number) => markCurrent(buttons, number) };
}
