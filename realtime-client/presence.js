// Realtime for Spring Boot: who is on a channel. License: Apache-2.0. Protocol: docs/protocol.md.

import { connectRealtime as connect, subscribe } from './connection.js';
import { markConnected, pageCursor } from './cursor.js';
import { RealtimeError, TRANSIENT, backoff, callSafely } from './errors.js';
import { request } from './reconnecting-session.js';

/** @import {ConnectOptions, Connection, Member, Position} from './types.js' */

/**
 * Connects to a channel, over the one socket of the page. Throws if the name of the channel is invalid.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime(options) {
  const { channel, since = pageCursor(channel), onPresence } = options;
  const connection = onPresence ? connectWithPresence(options, since) : connect(options, since);
  connection.ready.then(() => markConnected(channel), () => {});
  return connection;
}

/** @param {ConnectOptions} options @param {ConnectOptions['since']} since */
function connectWithPresence(options, since) {
  const presence = new Presence(options); // first, so that the subscribe command requests both
  const connection = connect(options, since);
  const { disconnect } = connection;
  connection.disconnect = () => {
    presence.disconnect();
    return disconnect.call(connection);
  };
  return connection;
}

/** In place of a fetch: members are not requested again before the next subscribe. */
const REFUSED = {};

/** The members of one channel, for one connection. */
class Presence {
  subscribeOptions = { presence: true };
  known = false;
  timer = 0;
  attempts = 0;
  /** @type {Map<string, Member>} */ members = new Map();
  /** Since the list was started. @type {Map<string, Member | undefined>} */ changed = new Map();
  /** @type {object | undefined} */ fetching;

  /** @param {ConnectOptions} options */
  constructor(options) {
    this.options = options;
    this.subscription = subscribe(options.channel, this);
  }

  /** @param {Position} _top @param {boolean} _recovered @param {any} [reply] */
  subscribed(_top, _recovered, reply) {
    if (reply?.members) this.list(reply);
    else if (reply || !(this.known || this.fetching)) this.fetch();
  }

  /** @param {any} frame */
  receive(frame) {
    const { type, member } = frame;
    if (type === 'members') this.list(frame);
    else if (type === 'join' || type === 'leave') {
      const now = type === 'join' ? member : undefined;
      if (this.known && !this.fetching) {
        this.change(member.clientId, now);
        this.notify(type, member);
      } else if (this.fetching !== REFUSED) this.changed.set(member.clientId, now);
    }
  }

  /** @param {string} clientId @param {Member} [member] */
  change(clientId, member) {
    if (member) this.members.set(clientId, member);
    else this.members.delete(clientId);
  }

  /** @param {any} list */
  list(list) {
    this.clear();
    this.add(list);
  }

  clear() {
    clearTimeout(this.timer);
    this.members.clear();
    this.changed.clear();
  }

  /** @param {any} part */
  add({ members, next }) {
    members.forEach((/** @type {Member} */ member) => this.members.set(member.clientId, member));
    if (next) this.fetch(next);
    else this.complete();
  }

  /** @param {string} [after] */
  async fetch(after) {
    if (!after) this.clear();
    const fetching = (this.fetching = {});
    const reply = await request({ type: 'presence', channel: this.options.channel, after });
    if (fetching !== this.fetching || !reply?.type) return;
    const { code, message, members } = reply;
    if (members) this.add(reply);
    else if (TRANSIENT.includes(code)) {
      this.timer = setTimeout(() => this.fetch(after), backoff(this.attempts++));
    } else {
      this.fetching = REFUSED;
      this.changed.clear();
      if (code !== 'not-subscribed') this.failed(new RealtimeError(code, message));
    }
  }

  /** A part may arrive after changes that are newer. */
  complete() {
    this.changed.forEach((member, clientId) => this.change(clientId, member));
    this.changed.clear();
    this.fetching = undefined;
    this.known = true;
    this.attempts = 0;
    this.notify('list');
  }

  /** @param {'list' | 'join' | 'leave'} type @param {Member} [member] */
  notify(type, member) {
    const { options, members } = this;
    callSafely(() => options.onPresence?.([...members.values()], { type, member, count: members.size }));
  }

  /** The members stay until there is another list. */
  interrupted() {
    clearTimeout(this.timer);
    this.fetching = undefined;
    this.known = false;
  }

  ended() {
    this.interrupted();
  }

  disconnect() {
    this.ended();
    this.subscription.leave(this);
  }

  /** @param {RealtimeError} error */
  failed(error) {
    if (this.subscription.subscribed) callSafely(() => this.options.onError?.(error)); // else the connection reports it
  }
}
