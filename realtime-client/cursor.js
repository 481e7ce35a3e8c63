// Realtime for Spring Boot: cursors, which say where the server rendered a page. License: Apache-2.0.

/** @import {Position} from './types.js' */

/** Channels with a cursor that have been connected since. @type {Set<string>} */
const connected = new Set();

/**
 * The position at which the page was rendered, if the server has written it into a `<script type="application/json"
 * data-realtime-channel="…">`. Components that connect while the page loads, or before any other, show what the server
 * rendered. Later ones show newer content, for which messages since then would be old.
 *
 * @param {string} channel
 * @param {boolean} [withState] only a cursor that includes the state
 * @returns {Position & { state?: any } | undefined} of several cursors the earliest, or the last that includes the state
 */
export function pageCursor(channel, withState) {
  const { document } = globalThis;
  if (connected.has(channel) && document.readyState === 'complete') return undefined;
  /** @type {any} */ let earliest;
  document?.querySelectorAll('script[data-realtime-channel]').forEach((element) => {
    if (/** @type {HTMLElement} */ (element).dataset.realtimeChannel !== channel) return;
    try {
      const { epoch, offset, state } = JSON.parse(element.textContent ?? '');
      if (withState ? !state : offset >= earliest?.offset) return;
      earliest = withState ? { epoch, offset, state } : { epoch, offset };
    } catch {} // not written by the server
  });
  return earliest;
}

/** @param {string} channel */
export function markConnected(channel) {
  if (pageCursor(channel)) connected.add(channel);
}
