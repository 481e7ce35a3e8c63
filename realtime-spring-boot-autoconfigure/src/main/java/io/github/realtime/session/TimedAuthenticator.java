package io.github.realtime.session;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.support.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Calls the application's authenticator, for a limited time. The call is on a thread of
 * its own, since an authenticator that hangs can be interrupted, but not ended. Those who
 * find all threads busy have their turn in the order in which they came.
 */
final class TimedAuthenticator implements AutoCloseable {

	private static final int MAX_THREADS = 64;

	/**
	 * Each of them keeps a thread of the container waiting, of which Tomcat and Jetty
	 * have 200. With those whose tokens are being checked they leave some to others.
	 */
	private static final int MAX_WAITING = 64;

	private final RealtimeAuthenticator authenticator;

	private final Duration timeout;

	private final ThreadPoolExecutor threads;

	TimedAuthenticator(RealtimeAuthenticator authenticator, Duration timeout) {
		this.authenticator = authenticator;
		this.timeout = timeout;
		this.threads = new ThreadPoolExecutor(MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_WAITING), DaemonThreads.factory("realtime-authenticator-"));
		this.threads.allowCoreThreadTimeOut(true);
	}

	/**
	 * Checks a token.
	 * @param token the token
	 * @return the user whose token it is, or {@code null} if it is not accepted
	 * @throws ExecutionException what the authenticator threw
	 * @throws TimeoutException if it did not answer in time
	 * @throws InterruptedException if interrupted
	 * @throws RejectedExecutionException if it was not asked, since too many are waiting
	 */
	@Nullable RealtimeAuthentication authenticate(String token)
			throws ExecutionException, TimeoutException, InterruptedException {
		AtomicBoolean asked = new AtomicBoolean();
		Future<@Nullable RealtimeAuthentication> answer = this.threads.submit(() -> {
			asked.set(true);
			return this.authenticator.authenticate(token);
		});
		try {
			return answer.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			if (!asked.get()) {
				throw new RejectedExecutionException("The authenticator is busy", ex);
			}
			throw ex;
		}
		finally {
			answer.cancel(true);
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
