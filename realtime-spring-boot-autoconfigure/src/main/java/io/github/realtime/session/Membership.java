package io.github.realtime.session;

/**
 * The time for which a client is a member of a channel. Each has a token of its own, so
 * that the end of an earlier one does not end a later one.
 *
 * @param channel the channel
 * @param clientId the client's id
 * @param token tells it from the other memberships of that client
 */
record Membership(String channel, String clientId, String token) {

}
