package io.github.realtime.broker.redis;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.PresenceChange;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what instances publish, by what it is. It is called on the driver's thread,
 * and leaves what may take time to others.
 */
final class InboundMessages implements PubSubListener {

	private final RedisChannels channels;

	private final RedisKeys keys;

	private final RedisExecutors executors;

	private final BrokerListener listener;

	/**
	 * Creates it.
	 * @param channels the channels, each of which gets its publications
	 * @param keys names pub/sub channels
	 * @param executors call the listener
	 * @param listener gets everything that is no publication
	 */
	InboundMessages(RedisChannels channels, RedisKeys keys, RedisExecutors executors, BrokerListener listener) {
		this.channels = channels;
		this.keys = keys;
		this.executors = executors;
		this.listener = listener;
	}

	@Override
	public void onSubscribed(String name) {
		RedisChannel channel = channel(name);
		if (channel != null) {
			CompletableFuture<Void> listening = channel.confirm();
			if (listening != null && !listening.isDone()) {
				this.executors.workers().execute(() -> listening.complete(null));
			}
		}
	}

	@Override
	public void onMessage(String name, byte[] message) {
		if (name.equals(this.keys.instances())) {
			this.executors.inOrder(() -> onInstanceMessage(message));
			return;
		}
		RedisChannel channel = channel(name);
		if (channel == null || !channel.isListened()) {
			return;
		}
		if (PresenceMessage.matches(message)) {
			PresenceChange change = PresenceMessage.read(this.keys.channel(name), message);
			this.executors.inOrder(() -> this.listener.onPresence(change));
		}
		else {
			PublicationMessage read = PublicationMessage.read(this.keys.channel(name), message);
			this.channels.received(channel, read.assigned());
			channel.delivery().arrived(read.publication());
		}
	}

	private @Nullable RedisChannel channel(String name) {
		RedisChannel channel = name.equals(this.keys.instances()) ? null : this.channels.find(this.keys.channel(name));
		// The name of a probe may look like that of a channel's relay
		return (channel != null && channel.relayName().equals(name)) ? channel : null;
	}

	private void onInstanceMessage(byte[] message) {
		InstanceMessage read = InstanceMessages.read(message);
		if (read != null) {
			this.listener.onInstanceMessage(read);
		}
	}

}
