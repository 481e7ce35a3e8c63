/**
 * The position at which the page was rendered, if the server has written it into a `<script type="application/json"
 * data-realtime-channel="…">`. Components that connect while the page loads, or before any other, show what the server
 * rendered. Later ones show newer content, for which messages since then would be old.
 *
 * @param {string} channel
 * @param {boolean} [withState] only a cursor that includes the state
 * @returns {Position & { state?: any } | undefined} of several cursors the earliest, or the last that includes the state
 */
export function pageCursor(channel: string, withState?: boolean): (Position & {
    state?: any;
}) | undefined;
/** @param {string} channel */
export function markConnected(channel: string): void;
import type { Position } from './types.js';
