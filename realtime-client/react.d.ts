/**
 * Connects to a channel while the component is mounted. The handlers of the last render are called.
 *
 * @template [Message=any]
 * @param {ChannelOptions<Message>} options
 * @returns {ChannelStatus}
 */
export function useChannel<Message = any>(options: ChannelOptions<Message>): ChannelStatus;
/**
 * Shares a value with all clients that use the same key of the same channel, while the component is mounted. On the server,
 * and if the key is absent, it is `initial`.
 *
 * @template [Value=any]
 * @param {Value} initial
 * @param {string} key
 * @param {string} channel
 * @returns {SharedValue<Value>}
 */
export function useSyncedState<Value = any>(initial: Value, key: string, channel: string): SharedValue<Value>;
export type ChannelOptions<Message = any> = import("./types.js").ChannelOptions<Message>;
export type ChannelStatus = import("./types.js").ChannelStatus;
export type SetValue<Value = any> = import("./types.js").SetValue<Value>;
export type SharedValue<Value = any> = import("./types.js").SharedValue<Value>;
