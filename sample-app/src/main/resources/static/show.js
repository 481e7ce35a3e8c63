/** Shows a number; where it is a new one, draws the eye to it and returns true. */
export function showNumber(element, number) {
  if (element.textContent === String(number)) return false;
  element.textContent = number;
  element.classList.add('changed');
  element.addEventListener('animationend', () => element.classList.remove('changed'), { once: true });
  return true;
}

export function plural(count, noun) {
  return count === 1 ? noun : `${noun}s`;
}

/** The server does not know a reader's time zone; the browser does. */
export function showTime(element, format) {
  element.textContent = format.format(new Date(element.dateTime));
}
