package io.github.realtime.support;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what a broker does. There is no time limit here: the broker has one.
 */
public final class Futures {

	private Futures() {
	}

	/**
	 * Waits for a broker.
	 * @param <T> the type of the result
	 * @param future the outcome
	 * @return the result
	 * @throws RealtimeException if the broker failed
	 */
	public static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
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
	 * Waits for code of the application, whose own exceptions are passed on.
	 * @param future the outcome
	 */
	public static void awaitCode(CompletableFuture<?> future) {
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
	 * Makes an exception for the caller of what failed.
	 * @param failure what a future completed with
	 * @return its cause if that is ours, or else one that wraps it
	 */
	public static RuntimeException asRealtimeException(Throwable failure) {
		Throwable cause = causeOf(failure);
		return (cause instanceof RealtimeException known) ? known
				: new RealtimeUnavailableException("The broker failed: " + cause.getMessage(), cause);
	}

	/**
	 * Finds what made a future fail.
	 * @param failure what the future completed with, or passed on
	 * @return the first cause that futures did not add
	 */
	public static Throwable causeOf(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof ExecutionException || cause instanceof CompletionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

}
