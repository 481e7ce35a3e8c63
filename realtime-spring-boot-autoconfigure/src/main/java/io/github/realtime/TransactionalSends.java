package io.github.realtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What one transaction has sent, held back until it commits.
 */
final class TransactionalSends implements TransactionSynchronization {

	private static final Log logger = LogFactory.getLog(RealtimeTemplate.class);

	private final Broker broker;

	private final ApplicationEventPublisher events;

	private final List<Entry> entries = new ArrayList<>();

	private final Map<Object, Integer> savepoints = new HashMap<>();

	private boolean ended;

	private TransactionalSends(Broker broker, ApplicationEventPublisher events) {
		this.broker = broker;
		this.events = events;
	}

	/**
	 * Tells whether a send of this thread has to wait for a commit. Not in a callback
	 * after the commit, where Spring still reports an active transaction.
	 * @param broker the broker
	 * @return {@code true} if it has to wait
	 */
	static boolean isHolding(Broker broker) {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()
				&& !(TransactionSynchronizationManager.getResource(broker) instanceof TransactionalSends sends
						&& sends.ended);
	}

	static TransactionalSends current(Broker broker, ApplicationEventPublisher events) {
		if (TransactionSynchronizationManager.getResource(broker) instanceof TransactionalSends sends) {
			return sends;
		}
		TransactionalSends sends = new TransactionalSends(broker, events);
		TransactionSynchronizationManager.registerSynchronization(sends);
		TransactionSynchronizationManager.bindResource(broker, sends);
		return sends;
	}

	CompletableFuture<Position> add(Draft draft) {
		Message message = new Message(draft, new CompletableFuture<>());
		this.entries.add(message);
		return message.sent();
	}

	void add(Runnable action) {
		this.entries.add(new Action(action));
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResource(this.broker);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(this.broker, this);
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.entries.size());
	}

	@Override
	public void savepointRollback(Object savepoint) {
		// A savepoint that was made before the first send is not known here
		drop(Math.min(this.savepoints.getOrDefault(savepoint, 0), this.entries.size()));
	}

	@Override
	public void afterCommit() {
		release();
	}

	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			// What was first sent by another callback after the commit is still here
			release();
		}
		else {
			this.ended = true;
			drop(0);
		}
		TransactionSynchronizationManager.unbindResourceIfPossible(this.broker);
	}

	private void drop(int from) {
		List<Entry> dropped = this.entries.subList(from, this.entries.size());
		for (Entry entry : List.copyOf(dropped)) {
			if (entry instanceof Message message) {
				message.sent()
					.completeExceptionally(new RealtimeException(
							"Not sent to channel '" + message.draft().channel() + "': the transaction was rolled back",
							null));
			}
		}
		dropped.clear();
	}

	private void release() {
		this.ended = true;
		List<Message> inFlight = new ArrayList<>();
		for (Entry entry : this.entries) {
			if (entry instanceof Message message) {
				publish(message);
				inFlight.add(message);
			}
			else if (entry instanceof Action action) {
				awaitAll(inFlight);
				run(action);
			}
		}
		awaitAll(inFlight);
		this.entries.clear();
	}

	private void publish(Message message) {
		try {
			this.broker.publish(message.draft()).whenComplete((position, failure) -> {
				if (failure != null) {
					message.sent().completeExceptionally(Outcome.asRealtimeException(failure));
				}
				else {
					message.sent().complete(position);
				}
			});
		}
		catch (RuntimeException ex) {
			message.sent().completeExceptionally(ex);
		}
	}

	private void awaitAll(List<Message> messages) {
		for (Message message : messages) {
			try {
				Outcome.await(message.sent());
			}
			catch (RuntimeException ex) {
				failed(message.draft(), ex);
			}
		}
		messages.clear();
	}

	private void failed(Draft draft, RuntimeException cause) {
		logger.error("Sending to channel '" + draft.channel() + "' failed after the transaction was committed", cause);
		String json = draft.tail().text().substring(",\"data\":".length(), draft.tail().text().length() - 1);
		try {
			this.events.publishEvent(new RealtimeSendFailedEvent(draft.channel(), json, draft.idempotencyKey(), cause));
		}
		catch (RuntimeException ex) {
			logger.error("A listener for RealtimeSendFailedEvent failed", ex);
		}
	}

	private void run(Action action) {
		try {
			action.action().run();
		}
		catch (RuntimeException ex) {
			logger.error("An action failed after the transaction was committed", ex);
		}
	}

	private sealed interface Entry {

	}

	private record Message(Draft draft, CompletableFuture<Position> sent) implements Entry {

	}

	private record Action(Runnable action) implements Entry {

	}

}
