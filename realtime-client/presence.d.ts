/** @import {ConnectOptions, Connection, Member, Position} from './types.js' */
/**
 * Connects to a channel, over the one socket of the page. Throws if the name of the channel is invalid.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime<Message = any>(options: ConnectOptions<Message>): Connection;
import type { ConnectOptions } from './types.js';
import type { Connection } from './types.js';
