package io.github.realtime.support;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.springframework.core.ReactiveAdapterRegistry;

/**
 * A type whose objects have a value later, such as {@code Mono} or a future. Made into
 * JSON they would say nothing of it, and nobody would notice.
 */
public final class AsyncType {

	/** Looked up once for a type, since every message is asked about. */
	private static final ClassValue<Boolean> TYPES = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			// The registry knows nothing where there are no Reactive Streams
			return Stream.of(Future.class, CompletionStage.class, Flow.Publisher.class, Callable.class)
				.anyMatch((async) -> async.isAssignableFrom(type))
					|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
		}

	};

	private AsyncType() {
	}

	/**
	 * Tells such types from those of values.
	 * @param type a type
	 * @return {@code true} if its objects have a value later
	 */
	public static boolean is(Class<?> type) {
		return TYPES.get(type);
	}

}
