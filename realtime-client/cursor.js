// Realtime for Spring Boot: pages that start where the server rendered them. License: Apache-2.0.

/** @import {Position} from './types.js' */

/** Channels of which a page had a cursor, and that were connected since. @type {Set<string>} */
const connected = new Set();

/**
 * Where the page was rendered, as the server has written it into a `<script type="application/json"
 * data-realtime-channel="…">`, if it has. What is connected while the page loads, or before anything was, shows what the
 * server rendered. What is connected later shows something of its own: it would take for new what is old.
 *
 * @param {string} channel
 * @param {boolean} [withState] only one that has the state, too
 * @returns {Position & { state?: any } | undefined} the earliest where there are several, or the last that has the state
 */
export function rendered(channel, withState) {
  const { document } = globalThis;
  if (connected.has(channel) && document.readyState === 'complete') return undefined;
  /** @type {any} */ let earliest;
  document?.querySelectorAll('script[data-realtime-channel]').forEach((element) => {
    if (/** @type {HTMLElement} */ (element).dataset.realtimeChannel !== channel) return;
    try {
      const { epoch, offset, state } = JSON.parse(element.textContent ?? '');
      if (withState ? !state : offset >= earliest?.offset) return;
      earliest = withState ? { epoch, offset, state } : { epoch, offset };
    } catch {} // not the server's
  });
  return earliest;
}

/**
 * The channel is connected.
 *
 * @param {string} channel
 */
export function arrived(channel) {
  if (rendered(channel)) connected.add(channel);
}
