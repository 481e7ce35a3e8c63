package io.github.realtime.core;

import java.nio.charset.StandardCharsets;

import io.github.realtime.ClientHandle;
import io.github.realtime.InvalidChannelException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.InstanceMessage.Clients;
import io.github.realtime.broker.InstanceMessage.Disconnect;
import io.github.realtime.broker.InstanceMessage.Unsubscribe;
import io.github.realtime.support.Futures;

import org.springframework.util.Assert;

/**
 * Clients that are reached by telling all instances.
 */
final class BrokerClientHandle implements ClientHandle {

	/**
	 * RFC 6455, 5.5: a control frame has 125 bytes at most, of which the code takes 2.
	 */
	private static final int MAX_REASON = 123;

	private final Broker broker;

	private final Clients clients;

	BrokerClientHandle(Broker broker, Clients clients) {
		this.broker = broker;
		this.clients = clients;
	}

	@Override
	public void disconnect(String reason) {
		Assert.isTrue(reason.getBytes(StandardCharsets.UTF_8).length <= MAX_REASON,
				() -> "'reason' must have " + MAX_REASON + " bytes of UTF-8 at most");
		Futures.await(this.broker.tell(new Disconnect(this.clients, reason)));
	}

	@Override
	public void unsubscribe(String channel) {
		InvalidChannelException.requireValid(channel);
		Futures.await(this.broker.tell(new Unsubscribe(this.clients, channel)));
	}

	@Override
	public String toString() {
		return (this.clients.id() != null) ? "client " + this.clients.id() : "clients of user " + this.clients.user();
	}

}
