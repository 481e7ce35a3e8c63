package io.github.realtime;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Sends messages to channels. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public class RealtimeTemplate implements RealtimeOperations {

	private static final boolean TRANSACTIONS = ClassUtils.isPresent(
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			RealtimeTemplate.class.getClassLoader());

	private final Broker broker;

	private final JsonCodec json;

	private final ApplicationEventPublisher events;

	private final StateLoader loader;

	/**
	 * Creates a template that loads no state.
	 * @param broker where messages go
	 * @param mapper makes JSON of them
	 * @param messageSize the largest message, in bytes of JSON
	 * @param events gets a {@link RealtimeSendFailedEvent} for what fails after a commit
	 */
	public RealtimeTemplate(Broker broker, JsonMapper mapper, long messageSize, ApplicationEventPublisher events) {
		this(broker, mapper, messageSize, events,
				new StateLoader(broker, new StateHandlers(List.of(), mapper, messageSize)));
	}

	/**
	 * Creates a template.
	 * @param broker where messages go
	 * @param mapper makes JSON of them
	 * @param messageSize the largest message, in bytes of JSON
	 * @param events gets a {@link RealtimeSendFailedEvent} for what fails after a commit
	 * @param loader loads state that is not there
	 */
	public RealtimeTemplate(Broker broker, JsonMapper mapper, long messageSize, ApplicationEventPublisher events,
			StateLoader loader) {
		this.broker = broker;
		this.json = new JsonCodec(mapper, messageSize);
		this.events = events;
		this.loader = loader;
	}

	@Override
	public void send(String channel, @Nullable Object message, SendOptions options) {
		Draft draft = draft(channel, message, options);
		if (isHeld(options)) {
			TransactionalSends.current(this.broker, this.events).add(draft);
			return;
		}
		Outcome.await(this.broker.publish(draft));
	}

	@Override
	public CompletableFuture<Position> sendAsync(String channel, @Nullable Object message, SendOptions options) {
		Draft draft = draft(channel, message, options);
		return isHeld(options) ? TransactionalSends.current(this.broker, this.events).add(draft)
				: Callbacks.apart(this.broker.publish(draft));
	}

	@Override
	public void sendToUser(String user, String channel, @Nullable Object message) {
		Assert.hasText(user, "'user' must not be empty");
		InvalidChannelException.requireValid(channel);
		String line = "{\"type\":\"direct\",\"channel\":\"" + channel + "\",\"data\":"
				+ this.json.write(channel, message).text() + "}";
		afterCommit(() -> Outcome.await(this.broker.tell(new InstanceMessage.Direct(user, line))));
	}

	@Override
	public ClientHandle client(String id) {
		Assert.hasText(id, "'id' must not be empty");
		return new BrokerClientHandle(this.broker, new InstanceMessage.Clients(id, null));
	}

	@Override
	public ClientHandle user(String name) {
		Assert.hasText(name, "'name' must not be empty");
		return new BrokerClientHandle(this.broker, new InstanceMessage.Clients(null, name));
	}

	@Override
	public RealtimeChannel channel(String name) {
		return new Channel(InvalidChannelException.requireValid(name));
	}

	@Override
	public void afterCommit(Runnable action) {
		if (isHeld(SendOptions.defaults())) {
			TransactionalSends.current(this.broker, this.events).add(action);
		}
		else {
			action.run();
		}
	}

	private boolean isHeld(SendOptions options) {
		return TRANSACTIONS && !options.isImmediate() && TransactionalSends.isHolding(this.broker);
	}

	private Draft draft(String channel, @Nullable Object message, SendOptions options) {
		InvalidChannelException.requireValid(channel);
		return Draft.message(channel, this.json.write(channel, message), options);
	}

	private final class Channel implements RealtimeChannel {

		private final String name;

		private Channel(String name) {
			this.name = name;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public void send(@Nullable Object message, SendOptions options) {
			RealtimeTemplate.this.send(this.name, message, options);
		}

		@Override
		public ChannelState state() {
			return new BrokerChannelState(RealtimeTemplate.this.broker, RealtimeTemplate.this.json,
					RealtimeTemplate.this.loader, this.name);
		}

		@Override
		public ChannelPresence presence() {
			return new BrokerChannelPresence(RealtimeTemplate.this.broker, RealtimeTemplate.this.json, this.name);
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

		private History read(int limit) {
			return Outcome.await(RealtimeTemplate.this.broker.history(this.name, null, limit));
		}

		@Override
		public String toString() {
			return "channel '" + this.name + "'";
		}

	}

}
