/**
 * The reply is `{}` if the connection is lost, none if nothing was sent.
 *
 * @param {any} command
 * @returns {Promise<any>}
 */
export function request(command: any): Promise<any>;
/** @returns {string | undefined} */
export function takeResumeToken(): string | undefined;
/** @param {string | undefined} token */
export function keepResumeToken(token: string | undefined): void;
/** The page has a socket while a channel needs one, and reconnects when that is lost. */
export class Session {
    /** @type {Map<string, SessionSubscription>} */ subscriptions: Map<string, SessionSubscription>;
    heartbeat: number;
    frameSize: number;
    attempts: number;
    lastReceived: number;
    timer: number;
    token: string;
    checked: boolean;
    clientId: string;
    /** @type {string | undefined} */ resumeToken: string | undefined;
    /** @type {Socket | undefined} */ socket: Socket | undefined;
    /** Another token may help. @type {RealtimeError | undefined} */ refusal: RealtimeError | undefined;
    acquire(): void;
    /** The socket stays open for a moment: another channel may follow. */
    release(): void;
    connect(): Promise<void>;
    opened(): void;
    authenticate(): void;
    renewToken(): Promise<void>;
    /** Returns the id, or 0 if there will be no reply. @param {any} command @param {(reply: any) => void} onReply */
    send(command: any, onReply: (reply: any) => void): number;
    /** @param {any} frame @param {Socket} socket */
    receive(frame: any, socket: Socket): void;
    /** @param {CloseEvent} event */
    closed({ code, reason }: CloseEvent): void;
    /** If the server announced it, a loss is silent unless the first reconnect fails. @param {number} [delay] */
    lost(delay?: number): void;
    /** @param {RealtimeError} error */
    end(error: RealtimeError): void;
    disconnect(): void;
    /** @param {number} delay @param {() => void} action */
    schedule(delay: number, action: () => void): void;
    /** Silence is a loss, too. */
    watchHeartbeat(delay?: number): void;
    /** Notices a loss sooner. Timers of a hidden page are late, so the clock decides. @param {Event} event */
    handleEvent({ type }: Event): void;
}
export const session: Session;
import type { SessionSubscription } from './types.js';
import { Socket } from './socket.js';
import { RealtimeError } from './errors.js';
