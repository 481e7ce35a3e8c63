// Realtime for Spring Boot: shared values. License: Apache-2.0. Protocol: docs/protocol.md.

import { ChannelState, channels } from './channel-state.js';
import { RealtimeError, callSafely, idempotencyKey } from './errors.js';

/** @import {StateOptions, SyncedState} from './types.js' */

/**
 * Shares a value with all clients that use the same key of the same channel. Throws if either name is invalid.
 *
 * @template [Value=any]
 * @param {StateOptions<Value>} options
 * @returns {SyncedState<Value>}
 */
export function syncedState(options) {
  return new State(options);
}

/** What an application holds as its `SyncedState`. */
class State {
  #listeners = new Set();
  #disposed = false;
  #options;
  #channel;
  #shown;

  /** @param {StateOptions} options */
  constructor(options) {
    const { channel, key } = options;
    const size = typeof key === 'string' ? new TextEncoder().encode(key).length : 0;
    if (!size || size > 256) throw new RealtimeError('invalid-data', 'A state key is a string of 1 to 256 bytes');
    this.#options = options;
    this.#channel = channels.get(channel) ?? new ChannelState(channel);
    this.#shown = this.#channel.open(key);
    this.#shown.states.add(this);
  }

  get value() {
    const { text, value } = this.#shown;
    return text === undefined ? this.#options.initial : value;
  }

  get status() {
    return this.#channel.statusOf(this.#options.key);
  }

  get error() {
    return this.#channel.error;
  }

  /** @type {SyncedState['subscribe']} */
  subscribe(callback, { status: withStatus = false } = {}) {
    const listener = { callback, withStatus, value: {}, status: '' };
    this.#listeners.add(listener);
    this.#notify(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @param {any} value */
  set(value) {
    return this.#write({ type: 'set', value });
  }

  /** @param {(value: any) => any} fn */
  update(fn) {
    return this.#write({ type: 'set', fn, initial: this.#options.initial });
  }

  increment(by = 1) {
    return this.#write({ type: 'increment', by });
  }

  remove() {
    return this.#write({ type: 'remove' });
  }

  dispose() {
    this.#disposed = true;
    this.#listeners.clear();
    this.#shown.states.delete(this);
    queueMicrotask(() => this.#channel.release()); // another state may follow
  }

  changed() {
    this.#listeners.forEach((listener) => this.#notify(listener));
  }

  /** @param {any} error */
  failed(error) {
    if (!this.#disposed) callSafely(() => this.#options.onError?.(error));
  }

  /** Reads the value now, because another listener may have changed it again. @param {any} listener */
  #notify(listener) {
    const { value, status } = this;
    if (Object.is(value, listener.value) && (status === listener.status || !listener.withStatus)) return;
    Object.assign(listener, { value, status });
    callSafely(() => listener.callback(value, status));
  }

  /** @param {any} write */
  #write(write) {
    const promise = new Promise((resolve, reject) => {
      if (this.#disposed) throw new RealtimeError('disposed', 'This state was disposed of');
      const { key } = this.#options;
      this.#channel.writes.add({ ...write, key, op: idempotencyKey(), sentAt: 0, conflicts: 0, resolve, reject });
    });
    promise.catch((error) => this.failed(error));
    return promise;
  }
}
