/**
 * Sends a message to a channel, if the application lets clients do that. It is sent once, even if the connection drops in
 * the meantime, and this page receives it like all others. Rejects if the name of the channel is invalid.
 *
 * @param {string} channel
 * @param {any} data any JSON value
 * @returns {Promise<number>} its offset
 */
export function publish(channel: string, data: any): Promise<number>;
