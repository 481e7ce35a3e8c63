package io.github.realtime;

/**
 * A client has subscribed to a channel. Published on the instance it is connected to.
 *
 * @param client the client
 * @param channel the channel
 * @since 0.1.0
 */
public record ChannelSubscribedEvent(RealtimeClient client, String channel) {

}
