/**
 * Subscribes the page to the channel of its key, and refreshes it whenever the server renders that. A page has one view.
 * Throws if the key is empty or too long.
 *
 * @param {ViewOptions} [options]
 * @returns {View}
 */
export function initRealtimeClient(options?: ViewOptions): View;
/**
 * The rule of the server: characters that a channel name cannot have become `%XX`, and escapes of those that it can have
 * become the characters.
 *
 * @param {string} path
 */
export function viewKey(path: string): string;
/** Without `;jsessionid=…` and the context path, which is where …/realtime/view-key.js came from. */
export function pathInApplication(): string;
export { call } from "./actions.js";
export type View = import("./types.js").View;
export type ViewOptions = import("./types.js").ViewOptions;
