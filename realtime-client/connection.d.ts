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
/** Refusals that pass: the subscription tries again. */
export const PASSING: string[];
import type { Settings } from './types.js';
import type { ConnectOptions } from './types.js';
import type { Connection } from './types.js';
import type { ChannelListener } from './types.js';
import type { ChannelSubscription } from './types.js';
