/**
 * Sends a message to a channel, where the application lets clients do that. It is sent once, though the connection be
 * lost meanwhile; the page hears it like everybody else. Throws where the name is not one.
 *
 * @param {string} channel
 * @param {any} data any JSON value
 * @returns {Promise<number>} its offset
 */
export function publish(channel: string, data: any): Promise<number>;
