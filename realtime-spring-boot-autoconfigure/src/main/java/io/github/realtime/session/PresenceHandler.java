package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;

/**
 * Sends subscribers who is on a channel.
 */
final class PresenceHandler implements CommandHandler<Command.Presence> {

	private final HubPresence presence;

	private final PresencePolicy policy;

	/**
	 * Creates a handler.
	 * @param hub where the subscriptions are
	 * @param policy decides who may know
	 */
	PresenceHandler(Hub hub, PresencePolicy policy) {
		this.presence = hub.presence();
		this.policy = policy;
	}

	@Override
	public Class<Command.Presence> commandType() {
		return Command.Presence.class;
	}

	@Override
	public void handle(Client client, Command.Presence command) {
		boolean allowed = this.policy.member(client, command.channel()) != null;
		client.inOrder(command.channel(), () -> {
			Subscription subscription = client.subscriptions().get(command.channel());
			if (!allowed) {
				return refuse(client, command, ErrorCode.FORBIDDEN, "Seeing who is on this channel is not allowed");
			}
			if (subscription == null) {
				return refuse(client, command, ErrorCode.NOT_SUBSCRIBED,
						"This socket is not subscribed to the channel");
			}
			return answer(client, command, subscription);
		});
	}

	private CompletableFuture<?> answer(Client client, Command.Presence command, Subscription subscription) {
		PresenceFeed begun = this.presence.open(subscription);
		return this.presence.read(command.channel(), command.after())
			.thenCompose((members) -> client.replyInTurn(HubPresence.frame(command.id(), command.channel(), members))
				.thenRun(() -> {
					if (begun != null) {
						begun.begin(members);
					}
				}))
			.exceptionally((failure) -> {
				if (begun != null) {
					subscription.presence().close();
				}
				client.reply(ReadFailure.of(command.id(), command.channel(), failure));
				return null;
			});
	}

	private static CompletableFuture<Void> refuse(Client client, Command.Presence command, ErrorCode code,
			String message) {
		client.reply(new Frame.Error(command.id(), code, message));
		return CompletableFuture.completedFuture(null);
	}

}
