package io.github.realtime;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Waits for what a broker does. There is no time limit here: the broker has one.
 */
final class Outcome {

	private Outcome() {
	}

	static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RealtimeUnavailableException("Interrupted while waiting for the broker", ex);
		}
		catch (ExecutionException | CancellationException ex) {
			throw asRealtimeException(ex);
		}
	}

	/**
	 * Waits for what the application's own code is a part of, and throws what that threw.
	 * @param future the future
	 */
	static void awaitCode(CompletableFuture<?> future) {
		try {
			future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RealtimeUnavailableException("Interrupted while waiting", ex);
		}
		catch (ExecutionException | CancellationException ex) {
			Throwable cause = causeOf(ex);
			throw (cause instanceof RuntimeException thrown) ? thrown : asRealtimeException(cause);
		}
	}

	/**
	 * Finds the exception that tells an application what happened.
	 * @param failure what a future of a broker's completed with
	 * @return an exception to throw
	 */
	static RuntimeException asRealtimeException(Throwable failure) {
		Throwable cause = causeOf(failure);
		return (cause instanceof RealtimeException known) ? known
				: new RealtimeUnavailableException("The broker failed: " + cause.getMessage(), cause);
	}

	private static Throwable causeOf(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof ExecutionException || cause instanceof CompletionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

}
