package io.github.realtime.core;

import java.util.List;

import io.github.realtime.ChannelPresence;
import io.github.realtime.ChannelState;
import io.github.realtime.PageCursor;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.support.Futures;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One channel's operations, on top of a broker.
 */
final class BrokerRealtimeChannel implements RealtimeChannel {

	private final RealtimeTemplate template;

	private final Broker broker;

	private final JsonCodec json;

	private final StateLoader loader;

	private final String name;

	BrokerRealtimeChannel(RealtimeTemplate template, Broker broker, JsonCodec json, StateLoader loader, String name) {
		this.template = template;
		this.broker = broker;
		this.json = json;
		this.loader = loader;
		this.name = name;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public void send(@Nullable Object message, SendOptions options) {
		this.template.send(this.name, message, options);
	}

	@Override
	public void render(RenderOptions options) {
		this.template.render(this.name, options);
	}

	@Override
	public ChannelState state() {
		return new BrokerChannelState(this.broker, this.json, this.loader, this.name);
	}

	@Override
	public ChannelPresence presence() {
		return new BrokerChannelPresence(this.broker, this.json, this.name);
	}

	@Override
	public List<Publication> history(int limit) {
		Assert.isTrue(limit >= 0, "'limit' must not be negative");
		return read(limit).publications();
	}

	@Override
	public Position position() {
		return read(0).top();
	}

	@Override
	public PageCursor cursor() {
		return new PageCursor(this.name, position(), null);
	}

	private History read(int limit) {
		return Futures.await(this.broker.history(this.name, null, limit));
	}

	@Override
	public String toString() {
		return "channel '" + this.name + "'";
	}

}
