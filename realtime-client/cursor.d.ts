/**
 * Where the page was rendered, as the server has written it into a `<script type="application/json"
 * data-realtime-channel="…">`, if it has. What is connected while the page loads, or before anything was, shows what the
 * server rendered. What is connected later shows something of its own: it would take for new what is old.
 *
 * @param {string} channel
 * @param {boolean} [withState] only one that has the state, too
 * @returns {Position & { state?: any } | undefined} the earliest where there are several, or the last that has the state
 */
export function rendered(channel: string, withState?: boolean): (Position & {
    state?: any;
}) | undefined;
/**
 * The channel is connected.
 *
 * @param {string} channel
 */
export function arrived(channel: string): void;
import type { Position } from './types.js';
