package io.github.realtime.action;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.broker.AnswerBroker;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.session.Client;
import io.github.realtime.session.CommandHandler;

/**
 * Has the actions run that clients call. Those of one client run at the same time, up to
 * a limit.
 */
public final class CallHandler implements CommandHandler<Command.Call>, AutoCloseable {

	private final ActionMethods actions;

	private final ActionRunner runner;

	private final ChannelAccess access;

	private final ActionThreads threads;

	private final int callsPerClient;

	private final ConcurrentMap<Client, Integer> underWay = new ConcurrentHashMap<>();

	private final IdempotentCalls answers;

	/**
	 * Creates a handler.
	 * @param actions what can be called
	 * @param runner calls it
	 * @param access decides by whom
	 * @param broker remembers what callers were answered
	 * @param threads where that happens; closed with the handler
	 * @param callsPerClient how many calls a client may have under way
	 */
	public CallHandler(ActionMethods actions, ActionRunner runner, ChannelAccess access, AnswerBroker broker,
			ActionThreads threads, int callsPerClient) {
		this.actions = actions;
		this.runner = runner;
		this.access = access;
		this.answers = new IdempotentCalls(broker);
		this.threads = threads;
		this.callsPerClient = callsPerClient;
	}

	@Override
	public Class<Command.Call> commandType() {
		return Command.Call.class;
	}

	@Override
	public void handle(Client client, Command.Call command) {
		ActionMethod action = this.actions.get(command.action());
		if (action == null) {
			refuse(client, command, ErrorCode.FORBIDDEN, "There is no such action");
		}
		else if (!this.access.isAllowed(client, action.name(), ChannelPermission.CALL)) {
			refuse(client, command, ErrorCode.FORBIDDEN, "Calling this action is not allowed");
		}
		else {
			call(client, command, action);
		}
	}

	private void call(Client client, Command.Call command, ActionMethod action) {
		if (this.underWay.merge(client, 1, Integer::sum) > this.callsPerClient) {
			end(client);
			refuse(client, command, ErrorCode.LIMIT_EXCEEDED,
					"A client may have " + this.callsPerClient + " calls under way");
			return;
		}
		ActionCall call = new ActionCall(client.snapshot(), client::isGone, command.data(), command.view());
		CompletableFuture<ActionReply> answer = (command.op() != null)
				? this.answers.find(call.client().id(), command.op(), () -> begin(action, call)) : begin(action, call);
		answer.thenAccept((made) -> {
			// First, since whoever has the answer may call again
			end(client);
			client.reply(made.to(command.id()));
		});
	}

	private CompletableFuture<ActionReply> begin(ActionMethod action, ActionCall call) {
		CompletableFuture<ActionReply> answer = new CompletableFuture<>();
		try {
			this.threads.execute(() -> run(action, call, answer));
		}
		catch (RejectedExecutionException ex) {
			answer.complete(ActionReply.NOT_BEGUN);
		}
		return answer;
	}

	private void run(ActionMethod action, ActionCall call, CompletableFuture<ActionReply> answer) {
		if (call.isGone().getAsBoolean()) {
			// Logged out, maybe
			answer.complete(ActionReply.NOT_BEGUN);
		}
		else {
			this.runner.run(action, call, this.threads).thenAccept(answer::complete);
		}
	}

	private void end(Client client) {
		this.underWay.computeIfPresent(client, (key, count) -> (count > 1) ? count - 1 : null);
	}

	private static void refuse(Client client, Command.Call command, ErrorCode code, String message) {
		client.reply(new Frame.Error(command.id(), code, message));
	}

	@Override
	public void close() {
		this.threads.close();
	}

}
