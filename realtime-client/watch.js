// Realtime for Spring Boot: all values of a channel. License: Apache-2.0. Protocol: docs/protocol.md.

import { ChannelState, channels } from './channel-state.js';
import { callSafely } from './errors.js';

/** @import {WatchOptions} from './types.js' */

/**
 * Watches all values of a channel, whatever their keys. To write one, see `syncedState`; writes of this page are shown
 * immediately. Throws if the name of the channel is invalid.
 *
 * @template [Value=any]
 * @param {WatchOptions<Value>} options
 * @returns {() => void} stops watching
 */
export function watchState(options) {
  const { channel, onChange, onError } = options;
  const state = channels.get(channel) ?? new ChannelState(channel);
  /** @type {Map<string, string> | undefined} */ let shown;

  /** @param {string[]} [keys] */
  function changed(keys) {
    if (!state.known) return;
    const first = !shown;
    shown ??= new Map();
    keys ??= [...shown.keys(), ...state.stored.keys(), ...state.writes.pending.map(({ key }) => key)];
    const changes = new Map();
    for (const key of new Set(keys.map((key) => state.keys.nameOf(key)))) {
      const text = JSON.stringify(state.value(key));
      if (text === shown.get(key)) continue;
      if (text) shown.set(key, text);
      else shown.delete(key);
      changes.set(key, text && JSON.parse(text));
    }
    if (first || changes.size) callSafely(() => onChange(changes));
  }

  const watcher = { changed, failed: (/** @type {any} */ error) => callSafely(() => onError?.(error)) };
  state.watchers.add(watcher);
  queueMicrotask(() => state.watchers.has(watcher) && changed());
  return () => {
    state.watchers.delete(watcher);
    queueMicrotask(() => state.release()); // another watcher may follow
  };
}
