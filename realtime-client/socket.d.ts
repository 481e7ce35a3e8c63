/**
 * Takes effect with the next socket.
 *
 * @param {Settings} options
 */
export function configureRealtime(options: Settings): void;
/** …/realtime for …/realtime/socket.js, and /realtime if a bundler has moved this module. */
export function endpoint(): string;
/** @import {Settings} from './types.js' */
/** @import {Session} from './reconnecting-session.js' */
/** One WebSocket, or one attempt to open it. */
export class Socket {
    /** @param {Session} session */
    constructor(session: Session);
    /** @type {WebSocket | undefined} */ socket: WebSocket | undefined;
    /** @type {string | undefined} */ resumeToken: string | undefined;
    /** @type {number | undefined} */ reconnectAfter: number | undefined;
    /** @type {number | undefined} */ welcomedAt: number | undefined;
    pending: Map<any, any>;
    frame: string;
    id: number;
    session: Session;
    open(): void;
    /** Without a network, closing takes minutes: no event is awaited. */
    close(): void;
    /** @param {any} command @param {(reply: any) => void} onReply */
    send(command: any, onReply: (reply: any) => void): number;
    /** Lines of one moment share a frame. @param {string} line */
    write(line: string): void;
    flush(): void;
    /** @param {string} lines */
    receive(lines: string): void;
    /** @param {any} frame */
    dispatch(frame: any): void;
}
/** @type {Settings} */
export const settings: Settings;
import type { Settings } from './types.js';
import type { Session } from './reconnecting-session.js';
