// Realtime for Spring Boot: all values of a channel. License: Apache-2.0. Protocol: docs/protocol.md.

import { report } from './connection.js';
import { ChannelState, channels } from './state.js';

/** @import {WatchOptions} from './types.js' */

/**
 * Follows all values of a channel, whatever their keys. To write one, see `syncedState`; what this page writes is told
 * at once. Throws where the channel's name is not one.
 *
 * @template [Value=any]
 * @param {WatchOptions<Value>} options
 * @returns {() => void} ends it
 */
export function watchState(options) {
  const { channel, onChange, onError } = options;
  const state = channels.get(channel) ?? new ChannelState(channel);
  /** @type {Map<string, string> | undefined} */ let told;

  /** @param {string[]} [keys] */
  function changed(keys) {
    if (!state.known) return;
    const first = !told;
    told ??= new Map();
    keys ??= [...told.keys(), ...state.stored.keys(), ...state.writes.map(({ key }) => key)];
    const changes = new Map();
    for (const key of new Set(keys.map((key) => state.name(key)))) {
      const text = JSON.stringify(state.value(key));
      if (text === told.get(key)) continue;
      if (text) told.set(key, text);
      else told.delete(key);
      changes.set(key, text && JSON.parse(text));
    }
    if (first || changes.size) call(() => onChange(changes));
  }

  const watcher = { changed, refused: (/** @type {any} */ error) => call(() => onError?.(error)) };
  state.watchers.add(watcher);
  queueMicrotask(() => state.watchers.has(watcher) && changed());
  return () => {
    state.watchers.delete(watcher);
    queueMicrotask(() => state.rest()); // another may follow
  };
}

/** @param {() => void} handler */
function call(handler) {
  try {
    handler();
  } catch (error) {
    report(error);
  }
}
