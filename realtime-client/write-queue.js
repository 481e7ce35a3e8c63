import { RealtimeError, TRANSIENT, idempotencyKey } from './errors.js';
import { request } from './reconnecting-session.js';

/** @import {Write} from './types.js' */

/** @import {ChannelState} from './channel-state.js' */

const MAX = 1000;
const MAX_IN_FLIGHT = 20;
const MAX_CONFLICTS = 30;

/** The server remembers an idempotency key for 5 minutes. */
const MAX_AGE = 290_000;

/** The server has not started to carry out the command. */
const NOT_STARTED = ['rate-limited', 'not-subscribed'];

/** The writes of this page to one channel, until they are stored or refused. */
export class WriteQueue {
  /** In the order of the calls. @type {Write[]} */ pending = [];
  /** How many may be in flight: more with each ack, because all commands of a page share a rate limit. */
  window = 1;

  /** @param {ChannelState} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {Write} write */
  add(write) {
    const { state } = this;
    const { type, key, by, fn } = write;
    if (state.error) throw state.error;
    if (this.pending.length >= MAX) throw new RealtimeError('limit-exceeded', `${MAX} writes are waiting`);
    if (fn) apply(write, state.value(key));
    else if (type === 'set') write.value = json(write.value);
    else if (type === 'increment' && !Number.isFinite(by)) throw invalid('An increment is a number');
    this.pending.push(write);
    state.notify([key]);
    this.flush();
  }

  /** @param {string} key @param {any} value that is stored */
  valueOf(key, value) {
    for (const write of this.pending) {
      try {
        if (this.isSame(write, key)) value = apply(write, value);
      } catch {} // rejects when it is sent
    }
    return value;
  }

  /**
   * An `update` waits for all earlier writes of its key, and all later writes wait for it. An `increment` waits for
   * writes that would undo it: they may be refused for the moment, and repeated behind it.
   *
   * @returns {void}
   */
  flush() {
    const { pending, state } = this;
    const next = pending.findIndex(({ inFlight }) => !inFlight);
    if (!state.ready || next < 0 || pending.slice(next).some(({ inFlight }) => inFlight)) return;
    for (let n = next; n < Math.min(pending.length, this.window); n++) {
      const { type, key, fn } = pending[n];
      const waits = pending.slice(0, n).some((other) => {
        return other.fn || (this.isSame(other, key) && (fn || (type === 'increment' && other.type !== type)));
      });
      if (waits || state.keys.names?.has(key) === false) return;
      this.send(pending[n]);
      if (pending !== this.pending) return this.flush();
    }
  }

  /** @param {Write} write */
  async send(write) {
    const { type, key, by, op, fn, sentAt } = write;
    const { value, offset = 0 } = this.state.storedAt(key) ?? {};
    const command = { type, channel: this.state.channel, key, by, op };
    try {
      const late = sentAt && Date.now() - sentAt > MAX_AGE;
      if (late) throw new RealtimeError('timeout', 'The connection was lost, and whether this was stored is unknown');
      if (by === undefined) Object.assign(command, { value: apply(write, value) });
      if (fn) Object.assign(command, { expect: value === undefined ? 0 : offset });
    } catch (error) {
      return this.reject(write, error);
    }
    write.inFlight = true;
    write.sentAt ||= Date.now();
    const reply = await request(command);
    write.inFlight = false;
    if (!reply || NOT_STARTED.includes(reply.code)) write.sentAt = sentAt;
    if (!this.pending.includes(write)) this.flush();
    else if (reply?.type) this.answered(write, reply);
  }

  /** @param {Write} write @param {any} reply */
  answered(write, { type, code, message, offset, value, current }) {
    const { state } = this;
    const { key, fn, after = 0 } = write;
    const conflict = code === 'conflict';
    const again = conflict ? fn && ++write.conflicts < MAX_CONFLICTS : offset < after;
    if ((conflict || type === 'ack') && offset > state.position.offset) {
      state.store(state.keys.nameOf(key), conflict ? current?.value : value, offset);
    }
    if (again) Object.assign(write, { op: idempotencyKey(), sentAt: 0 });
    if (conflict && again) state.retryAfter(Math.random() * Math.min(500, 10 * 2 ** write.conflicts));
    else if (type === 'ack') {
      state.attempts = 0;
      if (this.window < MAX_IN_FLIGHT) this.window++;
      if (!again) this.accept(write, value, offset);
    } else if (code === 'rate-limited') {
      this.window = 1;
      state.rateLimited();
    } else if (NOT_STARTED.includes(code) || (code !== 'internal' && TRANSIENT.includes(code))) state.retry();
    else this.reject(write, new RealtimeError(code, message));
    state.notify([key]);
    this.flush();
  }

  /** A publication may overtake the reply. @param {string} op @param {any} value @param {number} offset */
  published(op, value, offset) {
    const write = this.pending.find((write) => write.op === op);
    if (write) this.accept(write, value, offset);
  }

  /**
   * Earlier writes that were refused for the moment count as overwritten. Later ones that turn out to be stored before
   * this one are repeated.
   *
   * @param {Write} write @param {any} value @param {number} offset
   */
  accept(write, value, offset) {
    const { key, type } = write;
    const index = this.pending.indexOf(write);
    const settled = this.pending.filter((other, n) => {
      if (n > index && this.isSame(other, key)) other.after = offset;
      return other === write || (n < index && this.isSame(other, key) && !other.inFlight && type !== 'increment');
    });
    this.remove(settled);
    settled.forEach(({ resolve }) => resolve(structuredClone(value)));
  }

  /** @param {Write} write @param {unknown} error */
  reject(write, error) {
    this.remove([write]);
    write.reject(error);
    this.state.notify([write.key]);
  }

  /** @param {unknown} error */
  rejectAll(error) {
    const { pending } = this;
    this.pending = [];
    pending.forEach(({ reject }) => reject(error));
  }

  /** @param {Write[]} settled */
  remove(settled) {
    this.pending = this.pending.filter((write) => !settled.includes(write));
    this.state.release();
  }

  /** @param {Write} write @param {string} key */
  isSame(write, key) {
    const { keys } = this.state;
    return keys.nameOf(write.key) === keys.nameOf(key);
  }
}

/** @param {Write} write @param {any} base undefined if the key is absent, as is the result */
function apply({ type, fn, by = 0, value, initial }, base) {
  if (fn) return json(fn(structuredClone(base === undefined ? initial : base)));
  if (type !== 'increment') return value;
  return base === undefined ? by : typeof base === 'number' ? base + by : base;
}

/** @param {any} value @returns {any} as it will arrive */
function json(value) {
  const text = JSON.stringify(value);
  if (text === undefined || (text === 'null' && value !== null)) throw invalid('This is not a value of JSON');
  return JSON.parse(text);
}

/** @param {string} message */
function invalid(message) {
  return new RealtimeError('invalid-data', message);
}
