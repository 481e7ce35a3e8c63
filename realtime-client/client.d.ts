/**
 * Says where the server is and how to get a token. It counts from the next time the socket is opened.
 *
 * @param {Settings} options
 */
export function configureRealtime(options: Settings): void;
/**
 * Connects to a channel, next to all others that do. Throws where the name is not one.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 */
export function connectRealtime<Message = any>(options: ConnectOptions<Message>): Connection;
/**
 * Ends all connections of a channel.
 *
 * @param {string} channel
 */
export function disconnectRealtime(channel: string): Promise<void>;
/** @param {string} channel */
export function isRealtimeConnected(channel: string): boolean;
/**
 * The browser's side of Realtime for Spring Boot: connects a page to channels, and keeps it connected.
 * Read on in docs/client.md; what goes over the wire is in docs/protocol.md.
 *
 * @license Apache-2.0
 */
/** @typedef {'connecting' | 'connected' | 'disconnecting' | 'disconnected'} Status */
/**
 * A place in a channel: within an epoch, offsets start at 1 and rise by one.
 *
 * @typedef {{ epoch: string, offset: number }} Position
 */
/**
 * What comes with a message: no `offset` where it was sent to this user only, no `from` where the server sent it.
 *
 * @typedef {{ channel: string, offset?: number, from?: string }} Origin
 */
/**
 * @template [Message=any]
 * @typedef {object} ConnectOptions
 * @property {string} channel
 * @property {Position} [since] what the page shows already; without it, messages come from now on
 * @property {(channel: string) => void} [onConnect] subscribed, after every connect and reconnect
 * @property {(channel: string) => void} [onDisconnect] once per end of a connected time, `disconnect()` included
 * @property {(data: Message, origin: Origin) => void} [onMessage]
 * @property {() => void} [onGap] messages were lost for good: fetch afresh
 * @property {(error: RealtimeError) => void} [onError] refused
 */
/**
 * @typedef {object} Settings
 * @property {string | URL} [url] where the server is; without it, where client.js came from
 * @property {() => string | null | undefined | Promise<string | null | undefined>} [getToken] asked before every
 *   connect, and when the server says that the token expires
 */
/** A refusal. `code` is one of the protocol's, or `disconnected`, `taken-over`, `not-configured`. */
export class RealtimeError extends Error {
    /**
     * @param {string} code
     * @param {string} message
     */
    constructor(code: string, message: string);
    code: string;
}
/** One connect to one channel; `connectRealtime` makes it. */
export class Connection {
    /**
     * @internal
     * @param {ConnectOptions} options
     * @param {Subscription} subscription
     */
    constructor(options: ConnectOptions, subscription: Subscription);
    /**
     * Resolves when subscribed; rejects when refused, or disconnected before.
     *
     * @type {Promise<void>}
     * @readonly
     */
    readonly ready: Promise<void>;
    /** @readonly */ readonly channel: string;
    /** @internal */ position: {
        epoch: string;
        offset: number;
    } | undefined;
    get status(): Status;
    /** Ends this connection; the others of its channel stay. */
    disconnect(): Promise<void>;
    /**
     * Subscribed at `top`. Where that was not `recovered`, what lies between is lost.
     *
     * @internal
     * @param {Position} top
     * @param {boolean} recovered
     */
    subscribed(top: Position, recovered: boolean): void;
    /**
     * @internal
     * @param {Record<string, any>} frame
     */
    receive({ type, channel, offset, data, from }: Record<string, any>): void;
    /**
     * @internal
     * @param {Status} status
     */
    interrupted(status?: Status): void;
    /**
     * @internal
     * @param {RealtimeError} [error]
     */
    ended(error?: RealtimeError): void;
    /**
     * @internal
     * @param {RealtimeError} error
     */
    failed(error: RealtimeError): void;
    #private;
}
export type Status = "connecting" | "connected" | "disconnecting" | "disconnected";
/**
 * A place in a channel: within an epoch, offsets start at 1 and rise by one.
 */
export type Position = {
    epoch: string;
    offset: number;
};
/**
 * What comes with a message: no `offset` where it was sent to this user only, no `from` where the server sent it.
 */
export type Origin = {
    channel: string;
    offset?: number;
    from?: string;
};
export type ConnectOptions<Message = any> = {
    channel: string;
    /**
     * what the page shows already; without it, messages come from now on
     */
    since?: Position | undefined;
    /**
     * subscribed, after every connect and reconnect
     */
    onConnect?: ((channel: string) => void) | undefined;
    /**
     * once per end of a connected time, `disconnect()` included
     */
    onDisconnect?: ((channel: string) => void) | undefined;
    onMessage?: ((data: Message, origin: Origin) => void) | undefined;
    /**
     * messages were lost for good: fetch afresh
     */
    onGap?: (() => void) | undefined;
    /**
     * refused
     */
    onError?: ((error: RealtimeError) => void) | undefined;
};
export type Settings = {
    /**
     * where the server is; without it, where client.js came from
     */
    url?: string | URL | undefined;
    /**
     * asked before every
     * connect, and when the server says that the token expires
     */
    getToken?: (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
};
export type Settle = (reply: Record<string, any>) => void;
/** One channel for all its connections: knows what came last, and sees what is missing. */
declare class Subscription {
    /** @param {string} channel */
    constructor(channel: string);
    /** @type {Set<Connection>} */ connections: Set<Connection>;
    /** @type {Position | undefined} */ position: Position | undefined;
    subscribed: boolean;
    request: number;
    attempts: number;
    timer: number;
    channel: string;
    /**
     * One more. Who knows less than the others makes it start over from there; the others drop what they had.
     *
     * @param {Connection} connection
     */
    join(connection: Connection): void;
    /**
     * @param {Connection} connection
     * @param {() => void} done
     */
    leave(connection: Connection, done: () => void): void;
    /** Subscribes from where it is, over again if need be. */
    subscribe(): void;
    /** @param {Record<string, any>} reply */
    answered(reply: Record<string, any>): void;
    /** @param {Record<string, any>} frame */
    receive(frame: Record<string, any>): void;
    /** Tells those that don't know yet. */
    greet(top?: Position | undefined, recovered?: boolean): void;
    /** @param {boolean} silent */
    interrupted(silent: boolean): void;
    /** @param {number} delay */
    later(delay: number): void;
    /** @param {RealtimeError} error */
    end(error: RealtimeError): void;
    close(): void;
    /**
     * Handlers may disconnect others: each has to be there still when its turn comes.
     *
     * @param {(connection: Connection) => void} action
     */
    each(action: (connection: Connection) => void): void;
}
export {};
