package io.github.realtime.session;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StateOutcome.Conflict;
import io.github.realtime.broker.StateOutcome.Refused;
import io.github.realtime.core.HandledChannel;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Changes the state of channels as clients ask for it.
 */
public final class WriteHandler implements CommandHandler<Command.Write> {

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
	public WriteHandler(Broker broker, ChannelAccess access, long messageSize, StateKeys keys) {
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
		// Here, because what waits for its turn may run on a thread of the broker's
		boolean allowed = this.access.isAllowed(client, command.channel(), ChannelPermission.WRITE);
		client.inOrder(command.channel(), () -> {
			Frame refusal = allowed ? refusal(client, command)
					: error(command, ErrorCode.FORBIDDEN, "Changing the state of this channel is not allowed");
			if (refusal == null) {
				return write(client, command);
			}
			client.reply(refusal);
			return CompletableFuture.completedFuture(null);
		});
	}

	private @Nullable Frame refusal(Client client, Command.Write command) {
		if (command.edit() instanceof Command.Put put && put.value().bytes() > this.messageSize) {
			return error(command, ErrorCode.TOO_LARGE,
					"A value has " + this.messageSize + " bytes at most, as JSON without white space");
		}
		if (command.expect() != null && client.subscription(command.channel()) == null) {
			return error(command, ErrorCode.NOT_SUBSCRIBED,
					"'expect' needs a subscription, and this socket is not subscribed to the channel");
		}
		return null;
	}

	private CompletableFuture<?> write(Client client, Command.Write command) {
		HandledChannel handled = this.keys.handled(command.channel());
		CompletableFuture<Frame> reply = (handled != null)
				? new HandledWrite(this.broker, this.keys, handled, client, command).make()
				: CompletableFuture.completedFuture(change(client, command, edit(command, command.key())))
					.thenCompose(this.broker::change)
					.thenApply((outcome) -> reply(command, command.key(), outcome));
		// What is acknowledged may be as large as its publication, which may be waiting,
		// too
		return reply.exceptionally((failure) -> unavailable(command, failure)).thenCompose(client::replyInTurn);
	}

	/**
	 * Makes a change out of what a client wants.
	 * @param client the client
	 * @param command what it wants
	 * @param edit what to do
	 * @return the change
	 */
	static StateChange change(Client client, Command.Write command, StateEdit edit) {
		return new StateChange(command.channel(), List.of(edit), client.id(), command.op(),
				idempotencyKey(client, command));
	}

	static @Nullable String idempotencyKey(Client client, Command.Write command) {
		return (command.op() != null) ? client.id() + ":" + command.op() : null;
	}

	static StateEdit edit(Command.Write command, String key) {
		if (command.edit() instanceof Command.Put put) {
			return new StateEdit.Set(key, put.value(), command.expect());
		}
		if (command.edit() instanceof Command.Add add) {
			return new StateEdit.Increment(key, add.by(), false);
		}
		return new StateEdit.Remove(key, command.expect());
	}

	/**
	 * Tells a client what became of its write.
	 * @param command what it wanted
	 * @param key the key that it meant
	 * @param outcome what became of it
	 * @return the reply
	 */
	static Frame reply(Command.Write command, String key, StateOutcome outcome) {
		if (outcome instanceof Changed changed) {
			return ack(command, key, changed.position().offset(), changed.values().get(0));
		}
		if (outcome instanceof Conflict conflict) {
			return conflict(command, conflict.current());
		}
		return switch (((Refused) outcome).reason()) {
			case NOT_A_NUMBER, NOT_WHOLE -> notANumber(command);
			case TOO_LARGE -> error(command, ErrorCode.LIMIT_EXCEEDED, "The state of the channel would be too large");
			case TOO_MANY_KEYS ->
				error(command, ErrorCode.LIMIT_EXCEEDED, "The state of the channel would have too many keys");
		};
	}

	static Frame ack(Command.Write command, String key, long offset, @Nullable Line value) {
		return new Frame.Ack(command.id(), offset, (value != null) ? value.text() : null,
				key.equals(command.key()) ? null : key);
	}

	static Frame conflict(Command.Write command, @Nullable StateEntry current) {
		return Frame.Error.conflict(command.id(), "What is there is not what was expected",
				(current != null) ? new Frame.Current(current.value().text()) : null,
				(current != null) ? current.offset() : 0);
	}

	static Frame notANumber(Command.Write command) {
		return error(command, ErrorCode.INVALID_DATA, "What is there is no number, or would not stay one");
	}

	static Frame error(Command.Write command, ErrorCode code, String message) {
		return new Frame.Error(command.id(), code, message);
	}

	private static Frame unavailable(Command.Write command, Throwable failure) {
		logger.debug("Changing the state of channel '" + command.channel() + "' failed", failure);
		return error(command, ErrorCode.UNAVAILABLE,
				"The channel can't be reached now; whether the change was made is not known");
	}

}
