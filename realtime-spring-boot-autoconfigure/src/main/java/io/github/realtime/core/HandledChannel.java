package io.github.realtime.core;

import java.util.function.Consumer;

import io.github.realtime.MatchedChannel;
import io.github.realtime.RealtimeClient;
import io.github.realtime.protocol.Line;
import io.github.realtime.protocol.StateKey;
import io.github.realtime.state.StateHandler;
import io.github.realtime.state.StateHandler.KeyResolver;
import io.github.realtime.state.StateHandler.Loader;
import io.github.realtime.state.StateHandler.WriteFilter;
import io.github.realtime.state.StateWrite;
import io.github.realtime.support.AsyncType;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * A channel and the {@link StateHandler} that it has. What its methods throw is whatever
 * the application's code throws.
 */
public final class HandledChannel {

	private final StateHandler handler;

	private final MatchedChannel channel;

	private final JsonCodec json;

	HandledChannel(StateHandler handler, MatchedChannel channel, JsonCodec json) {
		this.handler = handler;
		this.channel = channel;
		this.json = json;
	}

	/**
	 * Tells whether clients have to ask what stands behind a key.
	 * @return {@code true} if keys are resolved or values loaded
	 */
	public boolean answersForKeys() {
		return this.handler.resolver() != null || this.handler.loader() != null;
	}

	/**
	 * Tells whether what clients write is filtered.
	 * @return {@code true} if it is
	 */
	public boolean filtersWrites() {
		return this.handler.filter() != null;
	}

	boolean loadsValues() {
		return this.handler.loader() != null;
	}

	/**
	 * Tells whether somebody wants to know when it opens or closes.
	 * @return {@code true} if so
	 */
	public boolean isWatched() {
		return this.handler.opened() != null || this.handler.closed() != null;
	}

	/**
	 * Resolves a key.
	 * @param client who names it
	 * @param key as the client wrote it
	 * @return the key that it means
	 */
	public String resolve(RealtimeClient client, String key) {
		KeyResolver resolver = this.handler.resolver();
		if (resolver == null) {
			return key;
		}
		String resolved = resolver.resolve(client, this.channel, key);
		String violation = StateKey.violation(resolved);
		Assert.state(violation == null,
				() -> this.handler + " made '" + StateKey.printable(resolved) + "' of a key: " + violation);
		return resolved;
	}

	/**
	 * Decides what becomes of a write.
	 * @param client who writes
	 * @param key the resolved key
	 * @param before what is there
	 * @param after what the client wants to be there
	 * @return what is stored; {@code null} if the key is removed
	 */
	public @Nullable Line filter(RealtimeClient client, String key, @Nullable Line before, @Nullable Line after) {
		WriteFilter filter = this.handler.filter();
		if (filter == null) {
			return after;
		}
		Object stored = filter.filter(new StateWrite(client, this.channel, key, (before != null) ? before.json() : null,
				(after != null) ? after.json() : null));
		return write(stored);
	}

	@Nullable Line load(String key) {
		Loader loader = this.handler.loader();
		return (loader != null) ? write(loader.load(this.channel, key)) : null;
	}

	private @Nullable Line write(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		Assert.state(!AsyncType.is(value.getClass()), () -> this.handler + " returned a "
				+ ClassUtils.getShortName(value.getClass()) + ": let it return the value itself, as it may block");
		return this.json.write(this.channel.name(), value);
	}

	/**
	 * Tells the application that the first client has come.
	 */
	public void opened() {
		tell(this.handler.opened());
	}

	/**
	 * Tells the application that the last client has gone.
	 */
	public void closed() {
		tell(this.handler.closed());
	}

	private void tell(@Nullable Consumer<MatchedChannel> listener) {
		if (listener != null) {
			listener.accept(this.channel);
		}
	}

	@Override
	public String toString() {
		return this.handler + " of channel '" + this.channel.name() + "'";
	}

}
