package io.github.realtime.session;

import java.util.concurrent.CompletableFuture;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.broker.Broker;
import io.github.realtime.core.HandledChannel;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Changes the state of channels as clients ask for it.
 */
final class WriteHandler implements CommandHandler<Command.Write> {

	private static final Log logger = LogFactory.getLog(WriteHandler.class);

	private final Broker broker;

	private final ChannelAccess access;

	private final long messageSize;

	private final StateKeys keys;

	/**
	 * Creates a handler.
	 * @param broker where the state is
	 * @param access decides who may change it
	 * @param messageSize the largest value, in bytes of JSON
	 * @param keys knows what clients mean by their keys
	 */
	WriteHandler(Broker broker, ChannelAccess access, long messageSize, StateKeys keys) {
		this.keys = keys;
		this.broker = broker;
		this.access = access;
		this.messageSize = messageSize;
	}

	@Override
	public Class<Command.Write> commandType() {
		return Command.Write.class;
	}

	@Override
	public void handle(Client client, Command.Write command) {
		// Here, because a command that waits for its turn may go on on a thread of the
		// broker's
		boolean allowed = this.access.isAllowed(client, command.channel(), ChannelPermission.WRITE);
		ClientWrite write = new ClientWrite(client, command);
		client.inOrder(command.channel(), () -> {
			Frame refusal = allowed ? refusal(write)
					: write.error(ErrorCode.FORBIDDEN, "Changing the state of this channel is not allowed");
			if (refusal == null) {
				return make(write);
			}
			client.reply(refusal);
			return CompletableFuture.completedFuture(null);
		});
	}

	private @Nullable Frame refusal(ClientWrite write) {
		Command.Write command = write.command();
		if (command.edit() instanceof Command.Put put && put.value().bytes() > this.messageSize) {
			return write.error(ErrorCode.TOO_LARGE,
					"A value has " + this.messageSize + " bytes at most, as JSON without white space");
		}
		if (command.expect() != null && write.client().subscriptions().get(command.channel()) == null) {
			return write.error(ErrorCode.NOT_SUBSCRIBED,
					"'expect' needs a subscription, and this socket is not subscribed to the channel");
		}
		return null;
	}

	private CompletableFuture<?> make(ClientWrite write) {
		HandledChannel handled = this.keys.handled(write.channel());
		CompletableFuture<Frame> reply = (handled != null)
				? new HandledWrite(this.broker, this.keys, handled, write).make() : change(write);
		// The value that is acknowledged may be as large as its publication, which may be
		// waiting, too
		return reply.exceptionally((failure) -> unavailable(write, failure)).thenCompose(write.client()::replyInTurn);
	}

	private CompletableFuture<Frame> change(ClientWrite write) {
		String key = write.command().key();
		return CompletableFuture.completedFuture(write.change(write.edit(key)))
			.thenCompose(this.broker::change)
			.thenApply((outcome) -> write.reply(key, outcome));
	}

	private static Frame unavailable(ClientWrite write, Throwable failure) {
		logger.debug("Changing the state of channel '" + write.channel() + "' failed", failure);
		return write.error(ErrorCode.UNAVAILABLE,
				"The channel can't be reached now; whether the change was made is not known");
	}

}
