package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;

/**
 * Ends subscriptions.
 */
final class UnsubscribeHandler implements CommandHandler<Command.Unsubscribe> {

	private final HubSubscriptions subscriptions;

	UnsubscribeHandler(Hub hub) {
		this.subscriptions = hub.subscriptions();
	}

	@Override
	public Class<Command.Unsubscribe> commandType() {
		return Command.Unsubscribe.class;
	}

	@Override
	public void handle(Client client, Command.Unsubscribe command) {
		client.inOrder(command.channel(), () -> {
			boolean ended = this.subscriptions.unsubscribe(client, command.channel());
			client.reply(ended ? new Frame.Unsubscribed(command.id(), command.channel(), null) : new Frame.Error(
					command.id(), ErrorCode.NOT_SUBSCRIBED, "This socket is not subscribed to the channel"));
			return CompletableFuture.completedFuture(null);
		});
	}

}
