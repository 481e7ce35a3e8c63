/** @import {StateOptions, SyncedState} from './types.js' */
/**
 * Shares a value with all clients that use the same key of the same channel. Throws if either name is invalid.
 *
 * @template [Value=any]
 * @param {StateOptions<Value>} options
 * @returns {SyncedState<Value>}
 */
export function syncedState<Value = any>(options: StateOptions<Value>): SyncedState<Value>;
import type { StateOptions } from './types.js';
import type { SyncedState } from './types.js';
