// Realtime for Spring Boot: connections to channels. License: Apache-2.0. Protocol: docs/protocol.md.

import { RealtimeError, TRANSIENT, backoff, callSafely } from './errors.js';
import { session } from './reconnecting-session.js';
import { endpoint } from './socket.js';

/** @import {ChannelListener, ChannelSubscription, ConnectOptions, Connection, Position} from './types.js' */

export { configureRealtime } from './socket.js';
export { RealtimeError };

/**
 * Connects to a channel, over the one socket of the page. Throws if the name of the channel is invalid.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime(options, since = options.since) {
  return new ChannelConnection(options, since);
}

/**
 * Ends all connections of a channel.
 *
 * @param {string} channel
 */
export async function disconnectRealtime(channel) {
  await Promise.all(listeners(channel).map((listener) => listener.disconnect?.()));
}

/** @param {string} channel */
export function isRealtimeConnected(channel) {
  return listeners(channel).some((listener) => listener.status === 'connected');
}

/** @param {string} channel */
function listeners(channel) {
  return [...(session.subscriptions.get(channel)?.listeners ?? [])];
}

/** What an application holds as its `Connection`. */
class ChannelConnection {
  /** @type {Connection['status']} */ status = 'connecting';
  /** @type {any} */ #options;
  /** @type {any} */ #ready;
  /** @type {Promise<void> | undefined} */ #end;
  #subscription;
  #connected = false;

  /** @param {ConnectOptions} options @param {any} since */
  constructor(options, since) {
    this.channel = options.channel;
    this.position = since && { ...since };
    this.ready = new Promise((resolve, reject) => {
      this.#ready = { resolve, reject };
    });
    this.ready.catch(() => {}); // an application need not handle it
    this.#options = options;
    this.#subscription = subscribe(options.channel, this);
  }

  disconnect() {
    return (this.#end ??= new Promise((resolve) => {
      if (this.status === 'disconnected') return resolve();
      this.status = 'disconnecting';
      this.#subscription.leave(this, () => {
        this.ended();
        resolve();
      });
    }));
  }

  /** Messages up to `top` are lost, unless `recovered`. @param {Position} top @param {boolean} recovered */
  subscribed(top, recovered) {
    const { position } = this;
    const gap = position && (position.epoch !== top.epoch || (!recovered && position.offset !== top.offset));
    if (!position || gap) this.position = { ...top };
    if (!this.#connected) {
      this.#connected = true;
      this.status = 'connected';
      this.#ready.resolve();
      this.#call('onConnect', this.channel);
    }
    if (gap) this.#call('onGap');
  }

  /** @param {any} frame */
  receive({ type, channel, offset, data, from }) {
    const { position } = this;
    if (offset <= position.offset) return;
    if (offset) position.offset = offset;
    if (type === 'message' || type === 'direct') this.#call('onMessage', data, { channel, offset, from });
  }

  /** @param {Connection['status']} status */
  interrupted(status = 'connecting') {
    this.status = status;
    if (this.#connected) {
      this.#connected = false;
      this.#call('onDisconnect', this.channel);
    }
  }

  /** @param {RealtimeError} error */
  failed(error) {
    this.#call('onError', error);
  }

  /** @param {RealtimeError} [error] */
  ended(error) {
    this.interrupted('disconnected');
    this.#ready.reject(error ?? new RealtimeError('disconnected', 'Disconnected before it was connected'));
    if (error) this.failed(error);
  }

  /** @param {string} handler @param {any[]} args */
  #call(handler, ...args) {
    callSafely(() => this.#options[handler]?.(...args));
  }
}

/** @param {string} channel @param {ChannelListener} listener @returns {ChannelSubscription} */
export function subscribe(channel, listener) {
  checkChannelName(channel);
  endpoint(); // must be known
  const { subscriptions } = session;
  const subscription = /** @type {Subscription} */ (subscriptions.get(channel) ?? new Subscription(channel));
  subscriptions.set(channel, subscription);
  session.acquire();
  subscription.add(listener);
  return subscription;
}

/** One channel, for all its listeners: notices missing publications. */
class Subscription {
  /** @type {Set<ChannelListener>} */ listeners = new Set();
  /** @type {Position | undefined} */ position;
  subscribed = false;
  request = 0;
  attempts = 0;
  timer = 0;

  /** @param {string} channel */
  constructor(channel) {
    this.channel = channel;
  }

  /**
   * Subscribes again from an earlier position; other listeners drop what they have.
   *
   * @param {ChannelListener} listener
   */
  add(listener) {
    const { position, listeners } = this;
    const since = listener.position;
    const earlier = since && (!position || (since.epoch === position.epoch && since.offset < position.offset));
    if (earlier) this.position = { ...since };
    if (listeners.add(listener).size === 1 || earlier) this.subscribe();
    queueMicrotask(() => this.confirm());
  }

  /** @param {ChannelListener} listener @param {(reply: any) => void} [onLeft] */
  leave(listener, onLeft = () => {}) {
    const { listeners, request } = this;
    listeners.delete(listener);
    if (!listeners.size) this.close();
    if (listeners.size || !request || !this.unsubscribe(onLeft)) queueMicrotask(() => onLeft({}));
  }

  /** From the last position. */
  subscribe() {
    const { channel, position: since, request } = this;
    if (request) this.unsubscribe();
    this.interrupted(true);
    const options = Object.assign({}, ...[...this.listeners].map((listener) => listener.subscribeOptions));
    this.request = session.send({ type: 'subscribe', channel, since, ...options }, (reply) => {
      if (reply.id === this.request) this.answered(reply);
    });
  }

  unsubscribe(onReply = (/** @type {any} */ _reply) => {}) {
    return session.send({ type: 'unsubscribe', channel: this.channel }, onReply);
  }

  /** @param {any} reply */
  answered(reply) {
    const { type, code, message, epoch, offset, recovered } = reply;
    if (type === 'subscribed') {
      const top = { epoch, offset };
      if (!recovered) this.position = top;
      this.subscribed = true;
      this.attempts = 0;
      this.confirm(top, recovered, reply);
    } else if (TRANSIENT.includes(code)) {
      this.interrupted();
      if (code === 'already-subscribed') this.request = reply.id; // to be unsubscribed
      this.subscribeLater(backoff(this.attempts++));
    } else this.end(new RealtimeError(code, message));
  }

  /** @param {any} frame */
  receive(frame) {
    const { type, offset, code } = frame;
    const { position } = this;
    if (!this.subscribed || !position || offset <= position.offset) return;
    if (type === 'unsubscribed' && code === 'resync') {
      this.interrupted(true);
      this.subscribeLater(Math.random() * 2000);
    } else if (type === 'unsubscribed') this.end(new RealtimeError(code, 'Access was withdrawn'));
    else if (offset > position.offset + 1 && type !== 'position') this.subscribe();
    else {
      if (offset) position.offset = offset;
      this.confirm();
      this.each((listener) => listener.receive?.(frame));
    }
  }

  /** For listeners that joined late, too. */
  confirm(top = this.position, recovered = true, reply = undefined) {
    if (this.subscribed && top) this.each((listener) => listener.subscribed(top, recovered, reply));
  }

  interrupted(silent = false) {
    clearTimeout(this.timer);
    this.subscribed = false;
    this.request = 0;
    if (!silent) this.each((listener) => listener.interrupted?.());
  }

  /** @param {number} delay */
  subscribeLater(delay) {
    this.timer = setTimeout(() => this.subscribe(), delay);
  }

  /** @param {RealtimeError} error */
  failed(error) {
    this.each((listener) => listener.failed?.(error));
  }

  /** @param {RealtimeError} error */
  end(error) {
    this.close();
    this.each((listener) => listener.ended(error));
  }

  close() {
    this.interrupted(true);
    session.subscriptions.delete(this.channel);
    session.release();
  }

  /** A listener may remove the next one. @param {(listener: ChannelListener) => void} action */
  each(action) {
    [...this.listeners].forEach((listener) => this.listeners.has(listener) && action(listener));
  }
}

/** Applies the rule of the server, with its messages. @param {unknown} name */
export function checkChannelName(name) {
  let shown = '';
  let fault = 'it is not a string';
  if (typeof name === 'string') {
    const bad = name.search(/[^\w.:/@%+~-]/) + 1;
    const start = name.slice(0, 60).replace(/[^ -~]|["\\]/g, (unit) => {
      return '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0');
    });
    shown = ` "${start}${name.length > 60 ? '…' : ''}"`;
    if (!name) fault = 'it is empty';
    else if (name.length > 200) fault = 'it is longer than 200 characters';
    else if (bad) fault = `character ${bad} is not one of A-Z a-z 0-9 _ - . : / @ % + ~`;
    else return;
  }
  throw new RealtimeError('invalid-channel', `Invalid channel name${shown}: ${fault}`);
}
