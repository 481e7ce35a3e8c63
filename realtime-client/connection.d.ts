/**
 * Takes effect with the next socket.
 *
 * @param {Settings} options
 */
export function configureRealtime(options: Settings): void;
/**
 * Connects to a channel, over the one socket of the page. Throws where the name is not one.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime<Message = any>(options: ConnectOptions<Message>, since?: Position | null | undefined): Connection;
/**
 * Ends all connections of a channel.
 *
 * @param {string} channel
 */
export function disconnectRealtime(channel: string): Promise<void>;
/** @param {string} channel */
export function isRealtimeConnected(channel: string): boolean;
/**
 * For all that this client makes of channels. Throws where the name is not one.
 *
 * @param {string} channel
 * @param {ChannelListener} listener
 * @returns {ChannelSubscription}
 */
export function join(channel: string, listener: ChannelListener): ChannelSubscription;
/**
 * The reply to a command: `{}` where the connection is lost before, none where it was not sent.
 *
 * @param {any} command
 * @returns {Promise<any>}
 */
export function request(command: any): Promise<any>;
export function jitter(attempt?: number): number;
export function bytes(text?: string): number;
/** @param {unknown} error */
export function report(error: unknown): void;
/** @import {ChannelListener, ChannelSubscription, ConnectOptions, Connection, Position, Settings} from './types.js' */
/** `code` is one of the protocol, or `disconnected`, `disposed`, `taken-over`, `not-configured`. */
export class RealtimeError extends Error {
    /** @param {string} code @param {string} message */
    constructor(code: string, message: string);
    code: string;
}
/** @type {Map<string, Subscription>} */
export const subscriptions: Map<string, Subscription>;
export const client: Client;
/** Refusals that pass: the subscription tries again. */
export const PASSING: string[];
import type { Settings } from './types.js';
import type { ConnectOptions } from './types.js';
import type { Position } from './types.js';
import type { Connection } from './types.js';
import type { ChannelListener } from './types.js';
import type { ChannelSubscription } from './types.js';
/** One channel, for all its listeners: knows the last position, and sees what is missing. */
declare class Subscription {
    /** @param {string} channel */
    constructor(channel: string);
    /** @type {Set<ChannelListener>} */ listeners: Set<ChannelListener>;
    /** @type {Position | undefined} */ position: Position | undefined;
    subscribed: boolean;
    request: number;
    attempts: number;
    timer: number;
    channel: string;
    /**
     * Starts over for a listener that knows less than the others; they drop what they had.
     *
     * @param {ChannelListener} listener
     */
    join(listener: ChannelListener): void;
    /** @param {ChannelListener} listener @param {(reply: any) => void} done */
    leave(listener: ChannelListener, done: (reply: any) => void): void;
    /** From the last position, and over again where it is subscribed already. */
    subscribe(): void;
    /** @param {(reply: any) => void} done */
    unsubscribe(done: (reply: any) => void): number;
    /** @param {any} reply */
    answered(reply: any): void;
    /** @param {any} frame */
    receive(frame: any): void;
    /** Tells those that do not know yet. */
    greet(top?: Position | undefined, recovered?: boolean, reply?: undefined): void;
    interrupted(silent?: boolean): void;
    /** @param {number} delay */
    later(delay: number): void;
    /** @param {RealtimeError} error */
    end(error: RealtimeError): void;
    close(): void;
    /**
     * A handler may have ended the next one.
     *
     * @param {(listener: ChannelListener) => void} action
     */
    each(action: (listener: ChannelListener) => void): void;
}
/** The page, as the server knows it: has a socket while a channel needs one, and another when that is lost. */
declare class Client {
    heartbeat: number;
    frameSize: number;
    attempts: number;
    heard: number;
    timer: number;
    token: string;
    id: string;
    /** @type {string | undefined} */ resume: string | undefined;
    /** @type {Socket | undefined} */ socket: Socket | undefined;
    /** @type {RealtimeError | undefined} */ refused: RealtimeError | undefined;
    need(): void;
    /** The socket stays a moment: another channel may follow. */
    rest(): void;
    connect(): Promise<void>;
    opened(): void;
    authenticate(): void;
    renew(): Promise<void>;
    /** @param {CloseEvent} event */
    closed({ code, reason }: CloseEvent): void;
    /**
     * A loss that the server announced is silent, unless the first attempt after it fails.
     *
     * @param {number} [delay]
     */
    lost(delay?: number): void;
    /** @param {RealtimeError} error */
    end(error: RealtimeError): void;
    hangUp(): void;
    /** @param {number} delay @param {() => void} action */
    later(delay: number, action: () => void): void;
    /** Silence is a loss, too. */
    watch(delay?: number): void;
    /**
     * The id, or 0 where nothing can be sent and no reply will come.
     *
     * @param {any} command @param {(reply: any) => void} settle
     */
    request(command: any, settle: (reply: any) => void): number;
    /**
     * Notices a loss sooner. Timers of a hidden page are late, so the clock decides.
     *
     * @param {Event} event
     */
    handleEvent({ type }: Event): void;
}
/** One WebSocket, or one attempt at it: lines out and in, and the replies to requests. */
declare class Socket {
    /** @type {Map<number, (reply: any) => void>} */ pending: Map<number, (reply: any) => void>;
    /** @type {WebSocket | undefined} */ socket: WebSocket | undefined;
    /** @type {string | undefined} */ resume: string | undefined;
    /** @type {number | undefined} */ goodbye: number | undefined;
    /** @type {number | undefined} */ welcomed: number | undefined;
    frame: string;
    id: number;
    open(): void;
    /** Without a network, closing takes minutes: nothing more is heard of it. */
    abandon(): void;
    /** @param {any} command @param {(reply: any) => void} settle */
    request(command: any, settle: (reply: any) => void): number;
    /**
     * Lines of one moment share a frame.
     *
     * @param {string} line
     */
    send(line: string): void;
    flush(): void;
    /** @param {string} lines */
    receive(lines: string): void;
    /** @param {any} frame */
    dispatch(frame: any): void;
    /** @param {any} frame */
    welcome({ resume, heartbeat, frameSize }: any): void;
}
export {};
