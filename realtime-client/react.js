// Realtime for Spring Boot: hooks for React. License: Apache-2.0.

import { useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import { channels } from './channel-state.js';
import { pageCursor } from './cursor.js';
import { connectRealtime } from './presence.js';
import { syncedState } from './state.js';

/** @import {Connection, SyncedState, ValueStatus} from './types.js' */

/** @template [Message=any] @typedef {import('./types.js').ChannelOptions<Message>} ChannelOptions */
/** @typedef {import('./types.js').ChannelStatus} ChannelStatus */
/** @template [Value=any] @typedef {import('./types.js').SetValue<Value>} SetValue */
/** @template [Value=any] @typedef {import('./types.js').SharedValue<Value>} SharedValue */

/** The rendered values of the page, by channel, while its components are rendered. @type {Map<string, any>} */
const pages = new Map();

const HANDLERS = /** @type {const} */ (['onConnect', 'onDisconnect', 'onMessage', 'onGap', 'onError']);

/**
 * Connects to a channel while the component is mounted. The handlers of the last render are called.
 *
 * @template [Message=any]
 * @param {ChannelOptions<Message>} options
 * @returns {ChannelStatus}
 */
export function useChannel(options) {
  const { channel, onPresence } = options;
  const present = Boolean(onPresence);
  const latest = useRef(options);
  useInsertionEffect(() => {
    latest.current = options;
  });
  const mounted = useMemo(() => new MountedChannel(channel, present, latest), [channel, present]);
  const status = useSyncExternalStore(mounted.subscribe, mounted.status, () => /** @type {const} */ ('connecting'));
  return useMemo(() => ({ status }), [status]);
}

/**
 * Shares a value with all clients that use the same key of the same channel, while the component is mounted. On the server,
 * and if the key is absent, it is `initial`.
 *
 * @template [Value=any]
 * @param {Value} initial
 * @param {string} key
 * @param {string} channel
 * @returns {SharedValue<Value>}
 */
export function useSyncedState(initial, key, channel) {
  // Without `initial`, which is often a literal, and another object at each render
  const mounted = useMemo(() => new MountedState(initial, key, channel), [key, channel]);
  return useSyncExternalStore(mounted.subscribe, mounted.read, mounted.readInitial);
}

/** Connects when React has mounted the component, because it may render components that it never mounts. */
class MountedChannel {
  /** @type {Connection | undefined} */ #connection;
  #channel;
  #present;
  #latest;

  /** @param {string} channel @param {boolean} present @param {{ current: ChannelOptions }} latest */
  constructor(channel, present, latest) {
    this.#channel = channel;
    this.#present = present;
    this.#latest = latest;
  }

  /** @param {() => void} changed */
  subscribe = (changed) => {
    let mounted = true;
    /** @type {any} */ const handlers = {};
    for (const name of this.#present ? [...HANDLERS, 'onPresence'] : HANDLERS) {
      handlers[name] = (/** @type {any[]} */ ...args) => {
        if (!mounted) return;
        changed();
        /** @type {any} */ (this.#latest.current)[name]?.(...args);
      };
    }
    const { since } = this.#latest.current;
    const connection = connectRealtime({ channel: this.#channel, since, ...handlers });
    this.#connection = connection;
    connection.ready.catch(changed);
    return () => {
      mounted = false;
      // Another component may be mounted in the same step, or this one once more
      queueMicrotask(() => connection.disconnect());
    };
  };

  status = () => this.#connection?.status ?? 'connecting';
}

class MountedState {
  /** @type {SyncedState | undefined} */ #state;
  /** @type {any} */ #error;
  /** @type {any} */ #initial;
  /** @type {any} */ #shown;
  /** @type {any} */ #copy;
  #key;
  #channel;

  /** @param {any} initial @param {string} key @param {string} channel */
  constructor(initial, key, channel) {
    this.#key = key;
    this.#channel = channel;
    this.#initial = this.#tuple(initial, 'syncing');
  }

  /** @param {() => void} changed */
  subscribe = (changed) => {
    const state = this.#open((/** @type {any} */ error) => {
      this.#error = error;
      changed();
    });
    const unsubscribe = state.subscribe(changed, { status: true });
    this.#state = state;
    return () => {
      if (this.#state === state) this.#state = undefined;
      unsubscribe();
      state.dispose();
    };
  };

  /** React requires the same object until something changes. */
  read = () => {
    const { value, status, error } = this.#state ?? this.#known();
    const [shown, , last] = (this.#shown ??= this.#tuple(value, status, error));
    const same = Object.is(value, shown) && status === last.status && (error ?? this.#error) === last.error;
    return same ? this.#shown : (this.#shown = this.#tuple(value, status, error));
  };

  readInitial = () => this.#initial;

  /** Writes are delivered even if the component is not mounted. @type {SetValue} */
  #set = (next) => {
    const state = this.#state ?? this.#open(() => {});
    this.#error = undefined;
    const written = typeof next === 'function' ? state.update(/** @type {any} */ (next)) : state.set(next);
    if (state !== this.#state) state.dispose();
    return written;
  };

  /** @param {(error: any) => void} onError */
  #open(onError) {
    return syncedState({ channel: this.#channel, key: this.#key, initial: this.#initial[0], onError });
  }

  /** Until the component is mounted: the value that others show of this key, or that was rendered into the page. */
  #known() {
    const key = this.#key;
    const channel = channels.get(this.#channel);
    const shown = channel?.shown.get(key);
    let value = shown ? shown.value : channel ? channel.value(key) : valueInPage(this.#channel, key);
    if (value === undefined) value = this.#initial[0];
    else if (!shown) {
      const text = JSON.stringify(value);
      if (text !== this.#copy?.text) this.#copy = { text, value: JSON.parse(text) };
      value = this.#copy.value;
    }
    return { value, status: channel?.statusOf(key) ?? /** @type {const} */ ('syncing'), error: channel?.error };
  }

  /** @param {any} value @param {ValueStatus['status']} status @param {ValueStatus['error']} [error] @returns {SharedValue} */
  #tuple(value, status, error = this.#error) {
    return [value, this.#set, { status, error }];
  }
}

/**
 * Parses the text, which may be long, once for all components that are rendered together.
 *
 * @param {string} channel @param {string} key
 */
function valueInPage(channel, key) {
  if (!pages.size) queueMicrotask(() => pages.clear());
  if (!pages.has(channel)) pages.set(channel, pageCursor(channel, true)?.state ?? {});
  const values = pages.get(channel);
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
