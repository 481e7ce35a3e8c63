package io.github.realtime;

/**
 * A client is no longer subscribed to a channel, by its own wish or because it is gone.
 * Published on the instance it is connected to.
 *
 * @param client the client
 * @param channel the channel
 * @since 0.1.0
 */
public record ChannelUnsubscribedEvent(RealtimeClient client, String channel) {

}
