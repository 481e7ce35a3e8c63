package io.github.realtime.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.Draft;
import io.github.realtime.support.Futures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What one transaction has sent, held back until it commits.
 */
final class TransactionalSends implements TransactionSynchronization {

	private static final Log logger = LogFactory.getLog(RealtimeTemplate.class);

	private final Broker broker;

	private final SendFailures failures;

	private final List<Entry> entries = new ArrayList<>();

	private final Map<Object, Integer> savepoints = new HashMap<>();

	/**
	 * How many entries there were when the transaction completed: what follows was sent
	 * by other callbacks after the completion, whatever that was.
	 */
	private int completedAt = -1;

	private boolean ended;

	private TransactionalSends(Broker broker, SendFailures failures) {
		this.broker = broker;
		this.failures = failures;
	}

	/**
	 * Tells whether a send of this thread has to wait for a commit. Not in a callback
	 * after the commit, where Spring still reports an active transaction, unless an
	 * earlier callback has sent something that still waits.
	 * @param broker the broker
	 * @return {@code true} if it has to wait
	 */
	static boolean isHolding(Broker broker) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			return false;
		}
		TransactionalSends sends = find(broker);
		return (sends != null) ? !sends.ended : TransactionSynchronizationManager.isSynchronizationActive();
	}

	static TransactionalSends current(Broker broker, SendFailures failures) {
		TransactionalSends sends = find(broker);
		if (sends == null) {
			sends = new TransactionalSends(broker, failures);
			TransactionSynchronizationManager.registerSynchronization(sends);
			TransactionSynchronizationManager.unbindResourceIfPossible(broker);
			TransactionSynchronizationManager.bindResource(broker, sends);
		}
		else if (!TransactionSynchronizationManager.isSynchronizationActive() && sends.completedAt < 0) {
			sends.completedAt = sends.entries.size();
		}
		return sends;
	}

	/**
	 * Finds what the current transaction has sent. What is bound to the thread may be of
	 * an outer one: where a callback after its completion begins a transaction, Spring
	 * has nothing left to suspend.
	 */
	private static @Nullable TransactionalSends find(Broker broker) {
		return (TransactionSynchronizationManager.getResource(broker) instanceof TransactionalSends sends
				&& (!TransactionSynchronizationManager.isSynchronizationActive()
						|| TransactionSynchronizationManager.getSynchronizations().contains(sends))) ? sends : null;
	}

	CompletableFuture<Position> add(Draft draft) {
		HeldMessage message = new HeldMessage(draft, new CompletableFuture<>());
		this.entries.add(message);
		return message.sent();
	}

	void add(Runnable action) {
		this.entries.add(new HeldAction(action, null));
	}

	/**
	 * Adds what is not simply published.
	 * @param draft what it is
	 * @param action sends it
	 */
	void add(Draft draft, Runnable action) {
		this.entries.add(new HeldAction(action, draft));
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
		this.ended = true;
		if (status != STATUS_COMMITTED) {
			List<Entry> sentSince = (this.completedAt >= 0) ? take(this.completedAt) : List.of();
			if (status == STATUS_ROLLED_BACK) {
				drop(0);
			}
			else {
				doubt();
			}
			this.entries.addAll(sentSince);
		}
		// What other callbacks have sent since the commit is still here
		release();
		TransactionSynchronizationManager.unbindResourceIfPossible(this.broker);
	}

	private void drop(int from) {
		for (Entry entry : take(from)) {
			if (entry instanceof HeldMessage message) {
				message.sent()
					.completeExceptionally(notCommitted(message.draft(), "the transaction was not committed"));
			}
		}
	}

	/**
	 * Nobody can tell whether the transaction was committed: neither sending nor silence
	 * would be right.
	 */
	private void doubt() {
		for (Entry entry : take(0)) {
			Draft draft = entry.draft();
			if (draft != null) {
				RealtimeException cause = notCommitted(draft, "the outcome of the transaction is unknown");
				if (entry instanceof HeldMessage message) {
					message.sent().completeExceptionally(cause);
				}
				logger.error(cause.getMessage());
				this.failures.publish(draft, cause);
			}
		}
	}

	private static RealtimeException notCommitted(Draft draft, String reason) {
		return new RealtimeException("Not sent to channel '" + draft.channel() + "': " + reason, null);
	}

	/**
	 * Takes entries out before anybody hears of it, who may then send more.
	 */
	private List<Entry> take(int from) {
		List<Entry> tail = this.entries.subList(from, this.entries.size());
		List<Entry> taken = List.copyOf(tail);
		tail.clear();
		return taken;
	}

	private void release() {
		this.ended = true;
		List<InFlight> inFlight = new ArrayList<>();
		for (Entry entry : this.entries) {
			if (entry instanceof HeldMessage message) {
				inFlight.add(new InFlight(message, publish(message)));
			}
			else if (entry instanceof HeldAction action) {
				awaitAll(inFlight);
				run(action);
			}
		}
		awaitAll(inFlight);
		this.entries.clear();
	}

	private CompletableFuture<Position> publish(HeldMessage message) {
		try {
			return this.broker.publish(message.draft());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void awaitAll(List<InFlight> messages) {
		for (InFlight inFlight : messages) {
			Draft draft = inFlight.message().draft();
			try {
				inFlight.message().sent().complete(Futures.await(inFlight.outcome()));
			}
			catch (RuntimeException ex) {
				logger.error("Sending to channel '" + draft.channel() + "' failed after the transaction was committed",
						ex);
				inFlight.message().sent().completeExceptionally(ex);
				this.failures.publish(draft, ex);
			}
		}
		messages.clear();
	}

	private void run(HeldAction action) {
		try {
			action.action().run();
		}
		catch (RuntimeException | Error ex) {
			// What comes after it was promised too
			Draft draft = action.draft();
			logger.error(((draft != null) ? "Rendering '" + draft.channel() + "'" : "An action")
					+ " failed after the transaction was committed", ex);
			if (draft != null) {
				this.failures.publish(draft, Futures.asRealtimeException(ex));
			}
		}
	}

	private sealed interface Entry {

		@Nullable Draft draft();

	}

	private record HeldMessage(Draft draft, CompletableFuture<Position> sent) implements Entry {

	}

	/**
	 * A message whose outcome is awaited. That is not the future that the caller has:
	 * what the caller does to that does not count.
	 */
	private record InFlight(HeldMessage message, CompletableFuture<Position> outcome) {

	}

	private record HeldAction(Runnable action, @Nullable Draft draft) implements Entry {

	}

}
