package io.github.realtime.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import io.github.realtime.RefusedException;
import io.github.realtime.core.HandledChannel;
import io.github.realtime.core.StateHandlers;
import io.github.realtime.core.StateLoader;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.support.Futures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the keys that clients name, and has their values loaded.
 */
public final class StateKeys {

	private static final Log logger = LogFactory.getLog(StateKeys.class);

	private final StateHandlers handlers;

	private final StateLoader loader;

	private final ClientSecurity security;

	/**
	 * Creates it.
	 * @param handlers resolve keys
	 * @param loader loads values
	 * @param security runs the application's code as the client
	 */
	public StateKeys(StateHandlers handlers, StateLoader loader, ClientSecurity security) {
		this.handlers = handlers;
		this.loader = loader;
		this.security = security;
	}

	/**
	 * Resolves the keys that a client wants to read, and has their values loaded.
	 * @param client the client
	 * @param channel the channel
	 * @param keys as the client names them
	 * @return the resolved keys; completes exceptionally if a value can't be loaded now
	 */
	CompletableFuture<ResolvedKeys> read(Client client, String channel, List<String> keys) {
		HandledChannel handled = this.handlers.of(channel);
		if (handled == null || !handled.answersForKeys()) {
			return CompletableFuture.completedFuture(ResolvedKeys.PLAIN);
		}
		if (keys.isEmpty()) {
			return CompletableFuture.completedFuture(ResolvedKeys.NONE);
		}
		return CompletableFuture.completedFuture(keys)
			.thenApplyAsync((named) -> resolve(client, handled, named), this.handlers.threads())
			.thenCompose(
					(resolved) -> this.loader.load(channel, resolved.allowed(keys)).thenApply((loaded) -> resolved))
			.whenComplete((resolved, failure) -> {
				if (failure != null && !(Futures.causeOf(failure) instanceof RefusedException)) {
					logger.error("What " + handled + " does about keys failed", failure);
				}
			});
	}

	private ResolvedKeys resolve(Client client, HandledChannel handled, List<String> keys) {
		Map<String, @Nullable String> resolved = new LinkedHashMap<>();
		for (String key : keys) {
			resolved.put(key, resolveIfAllowed(client, handled, key));
		}
		return new ResolvedKeys(resolved);
	}

	private @Nullable String resolveIfAllowed(Client client, HandledChannel handled, String key) {
		try {
			return resolve(client, handled, key);
		}
		catch (RefusedException ex) {
			return null;
		}
	}

	@Nullable HandledChannel handled(String channel) {
		return this.handlers.of(channel);
	}

	Executor threads() {
		return this.handlers.threads();
	}

	CompletableFuture<Void> load(String channel, String key) {
		return this.loader.load(channel, List.of(key));
	}

	/**
	 * Resolves a key, on the caller's thread.
	 * @param client the client
	 * @param handled the channel
	 * @param key as the client names it
	 * @return the key that it stands for
	 * @throws RefusedException if the client may not use it
	 * @throws CompletionException if the application's code failed
	 */
	String resolve(Client client, HandledChannel handled, String key) {
		return as(client, () -> handled.resolve(client, key));
	}

	/**
	 * Runs the application's code as a client.
	 * @param client the client
	 * @param code the code
	 * @return what it returns
	 * @throws RefusedException if it refuses
	 * @throws CompletionException if it failed
	 */
	<T extends @Nullable Object> T as(Client client, Callable<T> code) {
		try {
			return this.security.call(client, code);
		}
		catch (RefusedException ex) {
			throw ex;
		}
		catch (Exception ex) {
			if (this.security.isRefusal(ex)) {
				throw new RefusedException("This is not allowed");
			}
			throw new CompletionException(ex);
		}
	}

}
