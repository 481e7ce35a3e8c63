/**
 * Changes the page into the one that the server has rendered, except for what the user has typed, chosen, opened or played.
 *
 * @param {string} html
 */
export function morphPage(html: string): void;
/** @param {Element} element @param {string} html */
export function morphElement(element: Element, html: string): void;
/** @param {() => void} callback */
export function onFieldLeft(callback: () => void): void;
