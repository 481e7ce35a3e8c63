/**
 * Keeps this page fresh: joins the channel of its key, and shows what has changed whenever the server renders that. A
 * page has one view. Throws where the key is empty or too long.
 *
 * @param {ViewOptions} [options]
 * @returns {View}
 */
export function initRealtimeClient(options?: ViewOptions): View;
/**
 * The rule of the server: what a channel name can't have becomes `%XX`, and what it can, though many write it so, itself.
 *
 * @param {string} path
 */
export function viewKey(path: string): string;
export { call } from "./actions.js";
export type View = import("./types.js").View;
export type ViewOptions = import("./types.js").ViewOptions;
