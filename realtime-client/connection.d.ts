/**
 * Connects to a channel, over the one socket of the page. Throws if the name of the channel is invalid.
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
/** @param {string} channel @param {ChannelListener} listener @returns {ChannelSubscription} */
export function subscribe(channel: string, listener: ChannelListener): ChannelSubscription;
/** Applies the rule of the server, with its messages. @param {unknown} name */
export function checkChannelName(name: unknown): void;
export { configureRealtime } from "./socket.js";
export { RealtimeError };
import type { ConnectOptions } from './types.js';
import type { Position } from './types.js';
import type { Connection } from './types.js';
import type { ChannelListener } from './types.js';
import type { ChannelSubscription } from './types.js';
import { RealtimeError } from './errors.js';
