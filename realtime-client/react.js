// Realtime for Spring Boot: hooks for React. License: Apache-2.0.

import { useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import { rendered } from './cursor.js';
import { connectRealtime } from './presence.js';
import { channels, syncedState } from './state.js';

/** @import {Connection, SyncedState, ValueStatus} from './types.js' */
/** @template [Message=any] @typedef {import('./types.js').ChannelOptions<Message>} ChannelOptions */
/** @typedef {import('./types.js').ChannelStatus} ChannelStatus */
/** @template [Value=any] @typedef {import('./types.js').SetValue<Value>} SetValue */
/** @template [Value=any] @typedef {import('./types.js').SharedValue<Value>} SharedValue */

/** What the page was rendered with, by channel, while many components ask for it. @type {Map<string, any>} */
const pages = new Map();

const HANDLERS = /** @type {const} */ (['onConnect', 'onDisconnect', 'onMessage', 'onGap', 'onError']);

/**
 * Is connected to a channel while the component is mounted. The handlers are those of the last render.
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
 * Shares a value with all who have the same key of the same channel, while the component is mounted. On the server, and
 * where there is none, it is `initial`.
 *
 * @template [Value=any]
 * @param {Value} initial
 * @param {string} key
 * @param {string} channel
 * @returns {SharedValue<Value>}
 */
export function useSyncedState(initial, key, channel) {
  // Without `initial`: that is often written as a literal, which is another one each time
  const mounted = useMemo(() => new MountedState(initial, key, channel), [key, channel]);
  return useSyncExternalStore(mounted.subscribe, mounted.read, mounted.readInitial);
}

/** Nothing is connected before React says that the component is mounted: it may render what never will be. */
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
      // Another component may be mounted in the same step, or this one again
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

  /** The same as long as nothing has changed, as React wants it. */
  read = () => {
    const { value, status, error } = this.#state ?? this.#known();
    const [shown, , told] = (this.#shown ??= this.#tuple(value, status, error));
    const same = Object.is(value, shown) && status === told.status && (error ?? this.#error) === told.error;
    return same ? this.#shown : (this.#shown = this.#tuple(value, status, error));
  };

  readInitial = () => this.#initial;

  /** What is written before the component is mounted, or after, is delivered as well. @type {SetValue} */
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

  /** What others show of this key, or the page was rendered with: there is nothing mounted yet to be told of changes. */
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
 * The text may be long: it is read once for all that are rendered together.
 *
 * @param {string} channel @param {string} key
 */
function valueInPage(channel, key) {
  if (!pages.size) queueMicrotask(() => pages.clear());
  if (!pages.has(channel)) pages.set(channel, rendered(channel, true)?.state ?? {});
  const values = pages.get(channel);
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
