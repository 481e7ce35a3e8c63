/**
 * Shares a value with all who have the same key of the same channel. Throws where either is not a name.
 *
 * @template [Value=any]
 * @param {StateOptions<Value>} options
 * @returns {SyncedState<Value>}
 */
export function syncedState<Value = any>(options: StateOptions<Value>): SyncedState<Value>;
/** Cannot be guessed: what has the same counts as the same. */
export function intent(): string;
import type { StateOptions } from './types.js';
import type { SyncedState } from './types.js';
