// The session of a page with the server: it opens a socket while a channel needs one, and reconnects when that is lost.

import { RealtimeError, TRANSIENT, backoff, report } from './errors.js';
import { Socket, endpoint, settings } from './socket.js';

/** @import {SessionSubscription} from './types.js' */

/** Close codes without a reconnect. @type {any} */
const FATAL = { 4400: 'bad-request', 4401: 'unauthenticated', 4403: 'forbidden', 4409: 'taken-over' };

/** The page has a socket while a channel needs one, and reconnects when that is lost. */
export class Session {
  /** @type {Map<string, SessionSubscription>} */ subscriptions = new Map();
  heartbeat = 25_000;
  frameSize = 65_536;
  attempts = 0;
  lastReceived = 0;
  timer = 0;
  token = '';
  checked = true; // by the server
  clientId = '';
  /** @type {string | undefined} */ resumeToken;
  /** @type {Socket | undefined} */ socket;
  /** Another token may help. @type {RealtimeError | undefined} */ refusal;

  acquire() {
    if (this.socket) this.watchHeartbeat();
    else if (!this.timer) this.connect();
  }

  /** The socket stays open for a moment: another channel may follow. */
  release() {
    if (this.socket && !this.subscriptions.size) this.schedule(1000, () => this.disconnect());
  }

  async connect() {
    this.timer = 0;
    if (!this.subscriptions.size) return;
    const socket = (this.socket = new Socket(this));
    this.lastReceived = Date.now();
    this.watchHeartbeat();
    for (const event of ['pagehide', 'pageshow', 'visibilitychange', 'offline', 'online']) {
      globalThis.addEventListener?.(event, this);
    }
    try {
      const token = (await settings.getToken?.()) || '';
      if (socket !== this.socket) return;
      const { refusal } = this;
      this.refusal = undefined;
      if (refusal && token === this.token) return this.end(refusal);
      this.token = token;
      this.resumeToken = takeResumeToken() ?? this.resumeToken;
      socket.open();
    } catch (error) {
      report(error);
      if (socket === this.socket) this.lost();
    }
  }

  opened() {
    const { resumeToken: token, socket } = this;
    if (token) {
      this.send({ type: 'resume', token }, ({ type }) => {
        if (type === 'error') this.resumeToken = socket?.resumeToken;
      });
    }
    this.authenticate();
    this.subscriptions.forEach((subscription) => subscription.subscribe());
  }

  authenticate() {
    const { token } = this;
    this.checked = !token;
    if (!token) return;
    this.send({ type: 'authenticate', token }, ({ type, code, message }) => {
      this.checked = true;
      if (type !== 'error') return;
      if (TRANSIENT.includes(code)) return this.lost(); // later commands must not count as anonymous
      const error = new RealtimeError(code, message);
      this.subscriptions.forEach((subscription) => subscription.failed?.(error));
    });
  }

  async renewToken() {
    try {
      this.token = (await settings.getToken?.()) || '';
      this.authenticate();
    } catch (error) {
      report(error);
    }
  }

  /** Returns the id, or 0 if there will be no reply. @param {any} command @param {(reply: any) => void} onReply */
  send(command, onReply) {
    return this.socket?.send(command, onReply) ?? 0;
  }

  /** @param {any} frame @param {Socket} socket */
  receive(frame, socket) {
    const { type, channel, code, message, resume, heartbeat, frameSize } = frame;
    if (channel) this.subscriptions.get(channel)?.receive?.(frame);
    else if (type === 'ping') socket.write('{"type":"pong"}');
    else if (type === 'expiring') this.renewToken();
    else if (type === 'goodbye') socket.reconnectAfter = frame.reconnectAfter;
    else if (type === 'error') report(new RealtimeError(code, message));
    else if (type === 'welcome') {
      socket.welcomedAt = Date.now();
      socket.resumeToken = resume;
      this.resumeToken ??= resume;
      Object.assign(this, { heartbeat, frameSize });
      this.watchHeartbeat();
    }
  }

  /** @param {CloseEvent} event */
  closed({ code, reason }) {
    const error = FATAL[code] && new RealtimeError(FATAL[code], reason || `Closed by the server: ${code}`);
    if (code === 4401 && !this.checked) return this.lost();
    if (code === 4401) this.refusal = error;
    if (code === 4409) this.resumeToken = undefined; // another page has it
    if (error && !this.refusal) this.end(error);
    else this.lost();
  }

  /** If the server announced it, a loss is silent unless the first reconnect fails. @param {number} [delay] */
  lost(delay) {
    const { reconnectAfter, welcomedAt = NaN } = this.socket ?? {};
    if (Date.now() - welcomedAt >= 10_000) this.attempts = 0;
    this.disconnect();
    this.schedule(delay ?? reconnectAfter ?? backoff(this.attempts++), () => this.connect());
    this.subscriptions.forEach((subscription) => subscription.interrupted(reconnectAfter !== undefined));
  }

  /** @param {RealtimeError} error */
  end(error) {
    this.disconnect();
    [...this.subscriptions.values()].forEach((subscription) => subscription.end(error));
  }

  disconnect() {
    const { socket } = this;
    clearTimeout(this.timer);
    this.timer = 0;
    this.socket = undefined;
    socket?.close();
  }

  /** @param {number} delay @param {() => void} action */
  schedule(delay, action) {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, delay);
  }

  /** Silence is a loss, too. */
  watchHeartbeat(delay = this.lastReceived + this.heartbeat + 10_000 - Date.now()) {
    const { lastReceived } = this;
    this.schedule(delay, () => (this.lastReceived === lastReceived ? this.lost(0) : this.watchHeartbeat()));
  }

  /** Notices a loss sooner. Timers of a hidden page are late, so the clock decides. @param {Event} event */
  handleEvent({ type }) {
    const { socket } = this;
    if (type === 'pagehide') {
      keepResumeToken(this.resumeToken);
      this.disconnect(); // browsers cache no page with an open socket
    } else if (type === 'offline') this.watchHeartbeat(2000);
    else if (type === 'visibilitychange' && document.hidden) return;
    else if (!socket || Date.now() - this.lastReceived > 2000 + (socket.welcomedAt ? this.heartbeat : 0)) this.lost(0);
  }
}

export const session = new Session();

/**
 * The reply is `{}` if the connection is lost, none if nothing was sent.
 *
 * @param {any} command
 * @returns {Promise<any>}
 */
export function request(command) {
  return new Promise((resolve) => session.send(command, resolve) || resolve(undefined));
}

// A tab stores its resume token only from one page to the next: a duplicated tab gets a copy of the storage, and pages
// with the same token close the sockets of each other.

/** @returns {string | undefined} */
export function takeResumeToken() {
  try {
    const [time, token] = JSON.parse(sessionStorage.getItem(endpoint()) ?? '[]');
    sessionStorage.removeItem(endpoint());
    if (Date.now() - time < 60_000) return token;
  } catch {} // no storage, or not allowed
}

/** @param {string | undefined} token */
export function keepResumeToken(token) {
  try {
    if (token) sessionStorage.setItem(endpoint(), JSON.stringify([Date.now(), token]));
  } catch {} // as above
}
