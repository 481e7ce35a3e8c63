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
 * A place in a channel: offsets start at 1 in every epoch, and rise by one.
 *
 * @typedef {{ epoch: string, offset: number }} Position
 */
/**
 * Where a message comes from: sent to this user only without `offset`, by the server without `from`.
 *
 * @typedef {{ channel: string, offset?: number, from?: string }} Origin
 */
/**
 * @template [Message=any]
 * @typedef {object} ConnectOptions
 * @property {string} channel
 * @property {Position} [since] what the page shows already; without it, messages come from now on
 * @property {(channel: string) => void} [onConnect] after every connect and reconnect
 * @property {(channel: string) => void} [onDisconnect] once per end of a connected time
 * @property {(data: Message, origin: Origin) => void} [onMessage]
 * @property {() => void} [onGap] messages were lost for good: fetch afresh
 * @property {(error: RealtimeError) => void} [onError] refused
 */
/**
 * @typedef {object} Connection
 * @property {string} channel
 * @property {'connecting' | 'connected' | 'disconnecting' | 'disconnected'} status
 * @property {Promise<void>} ready resolves when connected; rejects when refused, or disconnected before
 * @property {() => Promise<void>} disconnect ends this connection; others of the channel stay
 */
/**
 * @typedef {object} Settings
 * @property {string | URL} [url] where the server is, if not where client.js came from
 * @property {() => string | null | undefined | Promise<string | null | undefined>} [getToken] asked before every
 *   connect, and when a token expires
 */
/** `code` is one of the protocol, or `disconnected`, `taken-over`, `not-configured`. */
export class RealtimeError extends Error {
    /** @param {string} code @param {string} message */
    constructor(code: string, message: string);
    code: string;
}
/**
 * A place in a channel: offsets start at 1 in every epoch, and rise by one.
 */
export type Position = {
    epoch: string;
    offset: number;
};
/**
 * Where a message comes from: sent to this user only without `offset`, by the server without `from`.
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
     * after every connect and reconnect
     */
    onConnect?: ((channel: string) => void) | undefined;
    /**
     * once per end of a connected time
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
export type Connection = {
    channel: string;
    status: "connecting" | "connected" | "disconnecting" | "disconnected";
    /**
     * resolves when connected; rejects when refused, or disconnected before
     */
    ready: Promise<void>;
    /**
     * ends this connection; others of the channel stay
     */
    disconnect: () => Promise<void>;
};
export type Settings = {
    /**
     * where the server is, if not where client.js came from
     */
    url?: string | URL | undefined;
    /**
     * asked before every
     * connect, and when a token expires
     */
    getToken?: (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
};
