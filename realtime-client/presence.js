// Realtime for Spring Boot: who is on a channel. License: Apache-2.0. Protocol: docs/protocol.md.

import { PASSING, RealtimeError, connectRealtime as connect, jitter, join, report, request } from './connection.js';
import { arrived, rendered } from './cursor.js';

/** @import {ConnectOptions, Connection, Member, Position} from './types.js' */

/**
 * Connects to a channel, over the one socket of the page. Throws where the name is not one.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime(options) {
  const { channel, since = rendered(channel), onPresence } = options;
  const connection = onPresence ? connectPresent(options, since) : connect(options, since);
  connection.ready.then(() => arrived(channel), () => {});
  return connection;
}

/** @param {ConnectOptions} options @param {ConnectOptions['since']} since */
function connectPresent(options, since) {
  const presence = new Presence(options); // first, so that one subscribe asks for both
  const connection = connect(options, since);
  const { disconnect } = connection;
  connection.disconnect = () => {
    presence.disconnect();
    return disconnect.call(connection);
  };
  return connection;
}

/** A list that is not asked for again before the channel is subscribed anew. */
const REFUSED = {};

/** The members of one channel, for one connection. */
class Presence {
  asks = { presence: true };
  known = false;
  timer = 0;
  attempts = 0;
  /** @type {Map<string, Member>} */ members = new Map();
  /** @type {Map<string, Member | undefined>} what has changed since the list was begun */ changed = new Map();
  /** @type {object | undefined} */ fetching;

  /** @param {ConnectOptions} options */
  constructor(options) {
    this.options = options;
    this.subscription = join(options.channel, this);
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
        this.tell(type, member);
      } else if (this.fetching !== REFUSED) this.changed.set(member.clientId, now);
    }
  }

  /** @param {string} clientId @param {Member} [member] */
  change(clientId, member) {
    if (member) this.members.set(clientId, member);
    else this.members.delete(clientId);
  }

  /**
   * Begins anew, and asks for the rest where that is not all.
   *
   * @param {any} list
   */
  list(list) {
    this.begin();
    this.add(list);
  }

  begin() {
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
    if (!after) this.begin();
    const fetching = (this.fetching = {});
    const reply = await request({ type: 'presence', channel: this.options.channel, after });
    if (fetching !== this.fetching || !reply?.type) return;
    const { code, message, members } = reply;
    if (members) this.add(reply);
    else if (PASSING.includes(code)) {
      this.timer = setTimeout(() => this.fetch(after), jitter(this.attempts++));
    } else {
      this.fetching = REFUSED;
      this.changed.clear();
      if (code !== 'not-subscribed') this.call('onError', new RealtimeError(code, message));
    }
  }

  /** A part may come behind changes that are newer than it. */
  complete() {
    this.changed.forEach((member, clientId) => this.change(clientId, member));
    this.changed.clear();
    this.fetching = undefined;
    this.known = true;
    this.attempts = 0;
    this.tell('list');
  }

  /** @param {'list' | 'join' | 'leave'} type @param {Member} [member] */
  tell(type, member) {
    this.call('onPresence', [...this.members.values()], { type, member, count: this.members.size });
  }

  /** What is known stays until there is another list. */
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
    this.subscription.leave(this, () => {});
  }

  /** @param {'onPresence' | 'onError'} handler @param {any[]} args */
  call(handler, ...args) {
    if (handler === 'onError' && this.subscription.subscribed === false) return; // the connection tells it
    try {
      /** @type {any} */ (this.options)[handler]?.(...args);
    } catch (error) {
      report(error);
    }
  }
}
