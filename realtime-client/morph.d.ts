/**
 * Makes the page what the server says it is now, but for what is somebody's: what is typed, chosen, opened or played.
 *
 * @param {string} html
 */
export function morphPage(html: string): void;
/** @param {Element} element @param {string} html */
export function morphElement(element: Element, html: string): void;
/** @param {() => void} callback */
export function whenFieldsAreLeft(callback: () => void): void;
