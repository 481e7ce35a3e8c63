/**
 * Is connected to a channel while the component is mounted. The handlers are those of the last render.
 *
 * @template [Message=any]
 * @param {ChannelOptions<Message>} options
 * @returns {ChannelStatus}
 */
export function useChannel<Message = any>(options: ChannelOptions<Message>): ChannelStatus;
/**
 * Shares a value with all who have the same key of the same channel, while the component is mounted. On the server, and
 * where there is none, it is `initial`.
 *
 * @template [Value=any]
 * @param {Value} initial
 * @param {string} key
 * @param {string} channel
 * @returns {SharedValue<Value>}
 */
export function useSyncedState<Value = any>(initial: Value, key: string, channel: string): SharedValue<Value>;
import type { ChannelOptions } from './types.js';
import type { ChannelStatus } from './types.js';
import type { SharedValue } from './types.js';
