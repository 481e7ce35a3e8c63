package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.core.Drafts;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the messages of clients.
 */
final class PublishHandler implements CommandHandler<Command.Publish> {

	private static final Log logger = LogFactory.getLog(PublishHandler.class);

	private final Broker broker;

	private final ChannelAccess access;

	private final long messageSize;

	private final PublishRates rates;

	/**
	 * Creates a handler.
	 * @param broker where messages go
	 * @param access decides who may publish
	 * @param messageSize the largest message, in bytes of JSON
	 * @param perSecond how many messages all clients may send to one channel in the long
	 * run; 0 for no limit
	 */
	PublishHandler(Broker broker, ChannelAccess access, long messageSize, int perSecond) {
		this.rates = new PublishRates(perSecond);
		this.broker = broker;
		this.access = access;
		this.messageSize = messageSize;
	}

	@Override
	public Class<Command.Publish> commandType() {
		return Command.Publish.class;
	}

	@Override
	public void handle(Client client, Command.Publish command) {
		// Here, because a command that waits for its turn may go on on a thread of the
		// broker's
		Frame refusal = refusal(client, command);
		client.inOrder(command.channel(), () -> {
			if (refusal == null) {
				return publish(client, command);
			}
			client.reply(refusal);
			return CompletableFuture.completedFuture(null);
		});
	}

	private @Nullable Frame refusal(Client client, Command.Publish command) {
		if (!this.access.isAllowed(client, command.channel(), ChannelPermission.PUBLISH)) {
			return new Frame.Error(command.id(), ErrorCode.FORBIDDEN, "Publishing to this channel is not allowed");
		}
		if (command.data().bytes() > this.messageSize) {
			return new Frame.Error(command.id(), ErrorCode.TOO_LARGE,
					"A message has " + this.messageSize + " bytes at most, as JSON without white space");
		}
		if (!this.rates.take(command.channel(), System.nanoTime())) {
			return new Frame.Error(command.id(), ErrorCode.RATE_LIMITED,
					"Too many messages come to this channel, try again");
		}
		return null;
	}

	private CompletableFuture<?> publish(Client client, Command.Publish command) {
		Draft draft = Drafts.message(command.channel(), command.data(), client.id(), command.op());
		return CompletableFuture.completedFuture(draft)
			.thenCompose(this.broker::publish)
			.handle((position, failure) -> {
				client.reply((failure == null) ? new Frame.Published(command.id(), position.offset())
						: unavailable(command, failure));
				return null;
			});
	}

	private static Frame unavailable(Command.Publish command, Throwable failure) {
		logger.debug("Publishing to channel '" + command.channel() + "' failed", failure);
		return new Frame.Error(command.id(), ErrorCode.UNAVAILABLE,
				"The channel can't be reached now; whether the message was sent is not known");
	}

}
