package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.broker.History;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes clients to channels.
 */
final class SubscribeHandler implements CommandHandler<Command.Subscribe> {

	private final HubSubscriptions subscriptions;

	private final int channelsPerClient;

	private final ChannelAccess access;

	private final StateKeys keys;

	private final PresencePolicy presence;

	/**
	 * Creates a handler.
	 * @param hub where the subscriptions are
	 * @param access decides who may subscribe
	 * @param keys knows what clients mean by their keys
	 * @param presence decides who sees whom
	 */
	SubscribeHandler(Hub hub, ChannelAccess access, StateKeys keys, PresencePolicy presence) {
		this.presence = presence;
		this.subscriptions = hub.subscriptions();
		this.channelsPerClient = hub.limits().channelsPerClient();
		this.access = access;
		this.keys = keys;
	}

	@Override
	public Class<Command.Subscribe> commandType() {
		return Command.Subscribe.class;
	}

	@Override
	public void handle(Client client, Command.Subscribe command) {
		CompletableFuture<Decision> decision = new CompletableFuture<>();
		// First, so that this command comes before an end of access that arrives
		// meanwhile
		client.inOrder(command.channel(), () -> decision.thenCompose((made) -> carryOut(client, command, made)));
		try {
			// Here, because a command that waits for its turn may go on on a thread of
			// the broker's
			decision.complete(decide(client, command.channel()));
		}
		catch (RuntimeException | Error ex) {
			decision.completeExceptionally(ex);
			throw ex;
		}
	}

	private Decision decide(Client client, String channel) {
		boolean allowed = this.access.isAllowed(client, channel, ChannelPermission.SUBSCRIBE);
		return new Decision(allowed, allowed ? this.presence.member(client, channel) : null);
	}

	private CompletableFuture<?> carryOut(Client client, Command.Subscribe command, Decision decision) {
		Line member = decision.member();
		if (!decision.allowed()) {
			return refuse(client, command, ErrorCode.FORBIDDEN, "Subscribing to this channel is not allowed");
		}
		if (command.presence() && member == null) {
			return refuse(client, command, ErrorCode.FORBIDDEN, "Seeing who is on this channel is not allowed");
		}
		return (command.state() ? this.keys.read(client, command.channel(), command.keys())
				: CompletableFuture.completedFuture(ResolvedKeys.PLAIN))
			.<@Nullable Object>thenCompose((keys) -> subscribe(client, command, keys, member).thenApply((done) -> null))
			.exceptionally((failure) -> {
				client.reply(ReadFailure.of(command.id(), command.channel(), failure));
				return null;
			});
	}

	private CompletableFuture<?> subscribe(Client client, Command.Subscribe command, ResolvedKeys keys,
			@Nullable Line member) {
		if (client.subscriptions().get(command.channel()) != null) {
			return refuse(client, command, ErrorCode.ALREADY_SUBSCRIBED, "This socket is subscribed to the channel");
		}
		if (client.subscriptions().size() >= this.channelsPerClient) {
			return refuse(client, command, ErrorCode.LIMIT_EXCEEDED,
					"A client may be subscribed to " + this.channelsPerClient + " channels");
		}
		Command.Since since = command.since();
		Position position = (since != null) ? new Position(since.epoch(), since.offset()) : null;
		return this.subscriptions.subscribe(client,
				new SubscribeRequest(command.channel(), position, command.state(), member, command.presence()),
				(history, members) -> subscribed(command, history, keys, members));
	}

	private static Frame subscribed(Command.Subscribe command, History history, ResolvedKeys keys,
			@Nullable MemberPage members) {
		Boolean recovered = (command.since() != null) ? history.complete() : null;
		return new Frame.Subscribed(command.id(), command.channel(), history.top().epoch(), history.top().offset(),
				recovered, (history.state() != null) ? StateJson.of(history.state()) : null, keys.names(),
				(members != null) ? HubPresence.json(members) : null, (members != null) ? members.count() : null,
				(members != null) ? members.next() : null);
	}

	private static <T> CompletableFuture<T> refuse(Client client, Command.Subscribe command, ErrorCode code,
			String message) {
		client.reply(new Frame.Error(command.id(), code, message));
		return CompletableFuture.completedFuture(null);
	}

	/**
	 * What the application has decided.
	 *
	 * @param allowed whether the client may subscribe
	 * @param member the member that it is, as JSON, if it may see and be seen
	 */
	private record Decision(boolean allowed, @Nullable Line member) {

	}

}
