package io.github.realtime.security;

import java.security.Principal;
import java.util.concurrent.Callable;

import io.github.realtime.RealtimeClient;
import io.github.realtime.access.RealtimeAuthentication;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What a security framework adds to clients. Used wherever the application's code decides
 * or does something for one of them.
 */
public interface ClientSecurity {

	/**
	 * Reads a principal.
	 * @param principal the principal
	 * @return who that is, or {@code null} if it stands for nobody in particular, or has
	 * no name
	 */
	@Nullable RealtimeAuthentication read(Principal principal);

	/**
	 * Runs the application's code for a client, with that client as the current user.
	 * @param <T> what it returns
	 * @param client the client
	 * @param action the code
	 * @return what it returned
	 * @throws Exception what it threw
	 */
	<T> T call(RealtimeClient client, Callable<T> action) throws Exception;

	/**
	 * Tells whether an exception says that the current user may not do something, and is
	 * no failure.
	 * @param exception what the application's code threw
	 * @return {@code true} for a refusal
	 */
	boolean isRefusal(Throwable exception);

	/**
	 * Returns what there is without a framework.
	 * @return one that knows principals by their names alone
	 */
	static ClientSecurity none() {
		return new ClientSecurity() {

			@Override
			public @Nullable RealtimeAuthentication read(Principal principal) {
				return StringUtils.hasText(principal.getName()) ? RealtimeAuthentication.of(principal) : null;
			}

			@Override
			public <T> T call(RealtimeClient client, Callable<T> action) throws Exception {
				return action.call();
			}

			@Override
			public boolean isRefusal(Throwable exception) {
				return false;
			}

		};
	}

}
