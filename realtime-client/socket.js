import { RealtimeError, callSafely } from './errors.js';

/** @import {Settings} from './types.js' */

/** @import {Session} from './reconnecting-session.js' */

/** One WebSocket, or one attempt to open it. */
export class Socket {
  /** @type {WebSocket | undefined} */ socket;
  /** @type {string | undefined} */ resumeToken;
  /** @type {number | undefined} */ reconnectAfter;
  /** @type {number | undefined} */ welcomedAt;
  pending = new Map();
  frame = '';
  id = 0;

  /** @param {Session} session */
  constructor(session) {
    this.session = session;
  }

  open() {
    const socket = (this.socket = new WebSocket(endpoint(), 'realtime.v1'));
    socket.onopen = () => this.session.opened();
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => this.session.closed(event);
  }

  /** Without a network, closing takes minutes: no event is awaited. */
  close() {
    const { socket, pending } = this;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    queueMicrotask(() => pending.forEach((onReply) => onReply({})));
  }

  /** @param {any} command @param {(reply: any) => void} onReply */
  send(command, onReply) {
    if (this.socket?.readyState !== 1) return 0;
    const { frameSize } = this.session;
    const id = ++this.id;
    const line = JSON.stringify({ ...command, id });
    const message = `A command has ${frameSize} bytes at most`;
    this.pending.set(id, onReply);
    if (byteLength(line) <= frameSize) this.write(line);
    else queueMicrotask(() => this.dispatch({ type: 'error', id, code: 'too-large', message }));
    return id;
  }

  /** Lines of one moment share a frame. @param {string} line */
  write(line) {
    if (!this.frame) queueMicrotask(() => this.flush());
    else if (byteLength(this.frame + line) >= this.session.frameSize) this.flush();
    this.frame += (this.frame && '\n') + line;
  }

  flush() {
    this.socket?.send(this.frame);
    this.frame = '';
  }

  /** @param {string} lines */
  receive(lines) {
    this.session.lastReceived = Date.now();
    for (const line of lines.split('\n')) callSafely(() => this.dispatch(JSON.parse(line)));
  }

  /** @param {any} frame */
  dispatch(frame) {
    const { id, clientId } = frame;
    const onReply = this.pending.get(id);
    this.pending.delete(id);
    if (clientId) this.session.clientId = clientId;
    if (onReply) onReply(frame);
    else this.session.receive(frame, this);
  }
}

function byteLength(text = '') {
  return new TextEncoder().encode(text).length;
}

/** @type {Settings} */
export const settings = {};

/**
 * Takes effect with the next socket.
 *
 * @param {Settings} options
 */
export function configureRealtime(options) {
  Object.assign(settings, options);
}

/** …/realtime for …/realtime/socket.js, and /realtime if a bundler has moved this module. */
export function endpoint() {
  const home = /^http.*(?=\/socket\.js)/.exec(import.meta.url)?.[0];
  try {
    return new URL(settings.url ?? home ?? '/realtime', globalThis.location?.href).href.replace(/^http/, 'ws');
  } catch {
    throw new RealtimeError('not-configured', 'The address of the server is missing: configureRealtime({ url })');
  }
}
