package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Keeps commands on one channel in order: each waits for the one before.
 */
final class CommandOrder {

	/** For each channel the command that the next one has to wait for. */
	private final ConcurrentMap<String, CompletableFuture<?>> underWay = new ConcurrentHashMap<>(4);

	/**
	 * Carries out a command on a channel after those that came before it.
	 * @param channel the channel
	 * @param command begins the command; its future completes when the next one may begin
	 */
	void inOrder(String channel, Supplier<CompletableFuture<?>> command) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		CompletableFuture<?> before = this.underWay.put(channel, done);
		if (before == null) {
			run(channel, command, done);
		}
		else {
			before.whenComplete((result, failure) -> run(channel, command, done));
		}
	}

	private void run(String channel, Supplier<CompletableFuture<?>> command, CompletableFuture<Void> done) {
		CompletableFuture<?> running;
		try {
			running = command.get();
		}
		catch (RuntimeException ex) {
			end(channel, done);
			throw ex;
		}
		running.whenComplete((result, failure) -> end(channel, done));
	}

	private void end(String channel, CompletableFuture<Void> done) {
		this.underWay.remove(channel, done);
		done.complete(null);
	}

	/**
	 * Waits until all commands that have begun are done.
	 * @param patience how long
	 * @throws TimeoutException if that is not enough
	 * @throws InterruptedException if interrupted
	 */
	void await(Duration patience) throws TimeoutException, InterruptedException {
		CompletableFuture<?>[] begun = this.underWay.values().toArray(CompletableFuture<?>[]::new);
		try {
			CompletableFuture.allOf(begun).get(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			// Done, and answered
		}
	}

}
