package io.github.realtime.core;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.realtime.ClientHandle;
import io.github.realtime.InvalidChannelException;
import io.github.realtime.Position;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RenderOptions;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.protocol.JsonObject;
import io.github.realtime.protocol.Line;
import io.github.realtime.protocol.PageKey;
import io.github.realtime.support.Futures;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Sends messages to channels. Safe for use by many threads.
 */
public final class BrokerRealtimeTemplate implements RealtimeTemplate, DisposableBean {

	private static final boolean TRANSACTIONS = ClassUtils.isPresent(
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			BrokerRealtimeTemplate.class.getClassLoader());

	private final Broker broker;

	private final JsonCodec json;

	private final SendFailures failures;

	private final StateLoader loader;

	private final Supplier<@Nullable ViewRenderer> renderer;

	private final RenderThrottle renders;

	private final boolean immediate;

	/**
	 * Creates a template that loads no state.
	 * @param broker where messages go
	 * @param mapper makes JSON of them
	 * @param messageSize the largest message, in bytes of JSON
	 * @param events gets a {@link RealtimeSendFailedEvent} for what fails after a commit
	 */
	public BrokerRealtimeTemplate(Broker broker, JsonMapper mapper, long messageSize,
			ApplicationEventPublisher events) {
		this(broker, mapper, messageSize, events,
				new StateLoader(broker, new StateHandlers(List.of(), mapper, messageSize)), () -> null);
	}

	/**
	 * Creates a template.
	 * @param broker where messages go
	 * @param mapper makes JSON of them
	 * @param messageSize the largest message, in bytes of JSON
	 * @param events gets a {@link RealtimeSendFailedEvent} for what fails after a commit
	 * @param loader loads state that is not there
	 * @param renderer makes the HTML that is pushed, if anything does; asked for not
	 * before there is something to push
	 */
	public BrokerRealtimeTemplate(Broker broker, JsonMapper mapper, long messageSize, ApplicationEventPublisher events,
			StateLoader loader, Supplier<@Nullable ViewRenderer> renderer) {
		this.broker = broker;
		this.json = new JsonCodec(mapper, messageSize);
		this.failures = new SendFailures(events);
		this.loader = loader;
		this.renderer = renderer;
		this.renders = new RenderThrottle(broker, this.failures);
		this.immediate = false;
	}

	private BrokerRealtimeTemplate(BrokerRealtimeTemplate template) {
		this.broker = template.broker;
		this.json = template.json;
		this.failures = template.failures;
		this.loader = template.loader;
		this.renderer = template.renderer;
		this.renders = template.renders;
		this.immediate = true;
	}

	@Override
	public void send(String channel, @Nullable Object message, SendOptions options) {
		send(draft(channel, message, options), options.isImmediate());
	}

	private void send(Draft draft, boolean immediate) {
		if (isHeld(immediate)) {
			TransactionalSends.current(this.broker, this.failures).add(draft);
		}
		else {
			Futures.await(this.broker.publish(draft));
		}
	}

	@Override
	public CompletableFuture<Position> sendAsync(String channel, @Nullable Object message, SendOptions options) {
		Draft draft = draft(channel, message, options);
		return isHeld(options.isImmediate()) ? TransactionalSends.current(this.broker, this.failures).add(draft)
				: CallbackExecutor.apart(this.broker.publish(draft));
	}

	@Override
	public void render(String key, RenderOptions options) {
		String channel = InvalidChannelException.requireValid(PageKey.of(key));
		if (options.view() == null) {
			refresh(Drafts.refresh(channel, options), options.isImmediate());
		}
		else {
			send(html(channel, options.view(), options), options.isImmediate());
		}
	}

	private void refresh(Draft draft, boolean immediate) {
		if (isHeld(immediate)) {
			TransactionalSends.current(this.broker, this.failures).add(draft, () -> this.renders.render(draft));
		}
		else {
			this.renders.render(draft);
		}
	}

	private Draft html(String channel, String view, RenderOptions options) {
		ViewRenderer renderer = this.renderer.get();
		if (renderer == null) {
			throw new RealtimeException("'" + view + "' can't be pushed: that needs Spring MVC and its views", null);
		}
		String html = renderer.render(view, options.model()).strip();
		String target = (options.target() != null) ? options.target() : ElementSelector.of(view, html);
		return Drafts.html(channel, target, this.json.write(channel, html), options);
	}

	@Override
	public void sendToUser(String user, String channel, @Nullable Object message) {
		Assert.hasText(user, "'user' must not be empty");
		InvalidChannelException.requireValid(channel);
		Line line = JsonObject.begin()
			.text("type", "direct")
			.text("channel", channel)
			.json("data", this.json.write(channel, message))
			.end();
		Runnable send = () -> Futures.await(this.broker.tell(new InstanceMessage.Direct(user, line.text())));
		if (isHeld(false)) {
			TransactionalSends.current(this.broker, this.failures).add(send);
		}
		else {
			send.run();
		}
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
		return new BrokerRealtimeChannel(this, this.broker, this.json, this.loader,
				InvalidChannelException.requireValid(name));
	}

	@Override
	public void afterCommit(Runnable action) {
		if (TRANSACTIONS && TransactionalSends.isHolding(this.broker)) {
			TransactionalSends.current(this.broker, this.failures).add(action);
		}
		else {
			action.run();
		}
	}

	/**
	 * Publishes renders that are held back for a moment.
	 */
	@Override
	public void destroy() {
		this.renders.flush();
	}

	@Override
	public RealtimeTemplate immediately() {
		return this.immediate ? this : new BrokerRealtimeTemplate(this);
	}

	private boolean isHeld(boolean immediate) {
		return TRANSACTIONS && !immediate && !this.immediate && !ImmediateSends.isImmediate()
				&& TransactionalSends.isHolding(this.broker);
	}

	private Draft draft(String channel, @Nullable Object message, SendOptions options) {
		InvalidChannelException.requireValid(channel);
		return Drafts.message(channel, this.json.write(channel, message), options);
	}

}
