package io.github.realtime.session;

import java.util.List;

import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StateOutcome.Conflict;
import io.github.realtime.broker.StateOutcome.Refused;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * One write of a client: the change that it is for the broker, and the replies to it.
 *
 * @param client the client
 * @param command the write
 */
record ClientWrite(Client client, Command.Write command) {

	String channel() {
		return this.command.channel();
	}

	/**
	 * Makes the change for the broker.
	 * @param edit the change of one key
	 * @return the change
	 */
	StateChange change(StateEdit edit) {
		return new StateChange(channel(), List.of(edit), this.client.id(), this.command.op(), idempotencyKey());
	}

	@Nullable String idempotencyKey() {
		return (this.command.op() != null) ? this.client.id() + ":" + this.command.op() : null;
	}

	/**
	 * Makes the edit that the client has asked for.
	 * @param key the key that it means
	 * @return the edit
	 */
	StateEdit edit(String key) {
		if (this.command.edit() instanceof Command.Put put) {
			return new StateEdit.Set(key, put.value(), this.command.expect());
		}
		if (this.command.edit() instanceof Command.Add add) {
			return new StateEdit.Increment(key, add.by(), false);
		}
		return new StateEdit.Remove(key, this.command.expect());
	}

	/**
	 * Makes the reply to a change that the broker has made or refused.
	 * @param key the key that the client means
	 * @param outcome the broker's answer
	 * @return the reply
	 */
	Frame reply(String key, StateOutcome outcome) {
		if (outcome instanceof Changed changed) {
			return ack(key, changed.position().offset(), changed.values().get(0));
		}
		if (outcome instanceof Conflict conflict) {
			return conflict(conflict.current());
		}
		return switch (((Refused) outcome).reason()) {
			case NOT_A_NUMBER, NOT_WHOLE -> notANumber();
			case TOO_LARGE -> error(ErrorCode.LIMIT_EXCEEDED, "The state of the channel would be too large");
			case TOO_MANY_KEYS -> error(ErrorCode.LIMIT_EXCEEDED, "The state of the channel would have too many keys");
		};
	}

	Frame ack(String key, long offset, @Nullable Line value) {
		return new Frame.Ack(this.command.id(), offset, (value != null) ? value.text() : null,
				key.equals(this.command.key()) ? null : key);
	}

	Frame conflict(@Nullable StateEntry current) {
		return Frame.Error.conflict(this.command.id(), "What is there is not what was expected",
				(current != null) ? new Frame.Current(current.value().text()) : null,
				(current != null) ? current.offset() : 0);
	}

	Frame notANumber() {
		return error(ErrorCode.INVALID_DATA, "What is there is no number, or would not stay one");
	}

	Frame error(ErrorCode code, String message) {
		return new Frame.Error(this.command.id(), code, message);
	}

}
