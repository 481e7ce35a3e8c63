package io.github.realtime.state;

import java.util.Map;
import java.util.function.Consumer;

import io.github.realtime.MatchedChannel;
import io.github.realtime.RealtimeClient;
import io.github.realtime.RefusedException;
import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The application's part in the state of some channels. Register it as a bean; of several
 * whose patterns match a channel the first decides, in the order of the beans. Every part
 * is optional: <pre class="code">
 * &#64;Bean
 * StateHandler boards(BoardRepository boards) {
 * 	return StateHandler.forChannels("board_{id}")
 * 		.key((client, channel, key) -&gt; key.replace("{me}", client.name()))
 * 		.write((write) -&gt; boards.validate(write.after()))
 * 		.load((channel, key) -&gt; boards.find(channel.variable("id"), key));
 * }
 * </pre> All of it may block, on threads of its own, and returns values: no futures and
 * nothing reactive.
 *
 * @since 0.1.0
 */
public final class StateHandler {

	private final ChannelPattern pattern;

	private @Nullable KeyResolver resolver;

	private @Nullable WriteFilter filter;

	private @Nullable Loader loader;

	private @Nullable Consumer<MatchedChannel> opened;

	private @Nullable Consumer<MatchedChannel> closed;

	private StateHandler(ChannelPattern pattern) {
		this.pattern = pattern;
	}

	/**
	 * Begins a handler.
	 * @param pattern of the names of its channels: {@code *} for a run of characters
	 * without {@code /}, <code>{name}</code> for a captured one
	 * @return a handler that does nothing yet
	 * @throws IllegalArgumentException if it is not a pattern
	 */
	public static StateHandler forChannels(String pattern) {
		try {
			return new StateHandler(ChannelPattern.of(pattern));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'" + pattern + "' is not a pattern: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Resolves the keys that clients name. It addresses values and protects none: whoever
	 * may subscribe to a channel gets all of its state.
	 * @param resolver gets what a client wrote, and returns the key that it means
	 * @return this
	 */
	public StateHandler key(KeyResolver resolver) {
		this.resolver = resolver;
		return this;
	}

	/**
	 * Decides what becomes of what clients write. What it returns is stored in place of
	 * it, atomically: should the value change meanwhile, it is asked again.
	 * @param filter gets what a client wants to write, and returns what is stored
	 * @return this
	 */
	public StateHandler write(WriteFilter filter) {
		this.filter = filter;
		return this;
	}

	/**
	 * Loads values that are not there when somebody reads or increments them, in a page
	 * or in Java: once, however many instances and clients ask at the same time. What the
	 * loader itself reads of a state is as it is stored, and not loaded.
	 * @param loader gets channel and key
	 * @return this
	 */
	public StateHandler load(Loader loader) {
		this.loader = loader;
		return this;
	}

	/**
	 * Is told when the first client of all instances subscribes to a channel. It is told
	 * on one instance.
	 * @param opened gets the channel
	 * @return this
	 */
	public StateHandler opened(Consumer<MatchedChannel> opened) {
		this.opened = opened;
		return this;
	}

	/**
	 * Is told when the last client of all instances has left a channel. It is told on one
	 * instance, within 15 seconds if the last client's instance has died.
	 * @param closed gets the channel
	 * @return this
	 */
	public StateHandler closed(Consumer<MatchedChannel> closed) {
		this.closed = closed;
		return this;
	}

	/**
	 * Matches a channel name.
	 * @param channel the channel's name
	 * @return the name and its variables, or {@code null} if this handler is for others
	 */
	public @Nullable MatchedChannel match(String channel) {
		Map<String, String> variables = this.pattern.variables(channel);
		return (variables != null) ? new MatchedChannel(channel, variables) : null;
	}

	/**
	 * Returns what resolves keys.
	 * @return the function, or {@code null} if there is none
	 */
	public @Nullable KeyResolver resolver() {
		return this.resolver;
	}

	/**
	 * Returns what decides about writes.
	 * @return the function, or {@code null} if there is none
	 */
	public @Nullable WriteFilter filter() {
		return this.filter;
	}

	/**
	 * Returns what loads values.
	 * @return the function, or {@code null} if there is none
	 */
	public @Nullable Loader loader() {
		return this.loader;
	}

	/**
	 * Returns what is called when a channel opens.
	 * @return the function, or {@code null} if there is none
	 */
	public @Nullable Consumer<MatchedChannel> opened() {
		return this.opened;
	}

	/**
	 * Returns what is called when a channel closes.
	 * @return the function, or {@code null} if there is none
	 */
	public @Nullable Consumer<MatchedChannel> closed() {
		return this.closed;
	}

	/**
	 * Checks that this handler does something.
	 * @throws IllegalStateException if it does not
	 */
	public void requireParts() {
		Assert.state(
				this.resolver != null || this.filter != null || this.loader != null || this.opened != null
						|| this.closed != null,
				() -> "The StateHandler for '" + this.pattern
						+ "' does nothing: give it a key, write, load, opened or closed");
	}

	@Override
	public String toString() {
		return "StateHandler for '" + this.pattern + "'";
	}

	/**
	 * Resolves keys.
	 */
	@FunctionalInterface
	public interface KeyResolver {

		/**
		 * Resolves a key.
		 * @param client who names it
		 * @param channel the channel
		 * @param key as the client wrote it
		 * @return the key that it means for that client, 1 to 256 bytes of UTF-8
		 * @throws RefusedException if the client may not use it
		 */
		String resolve(RealtimeClient client, MatchedChannel channel, String key);

	}

	/**
	 * Decides what is stored.
	 */
	@FunctionalInterface
	public interface WriteFilter {

		/**
		 * Decides. May be called more than once for one write.
		 * @param write what a client wants to write
		 * @return what is stored, {@link StateWrite#after()} to let it be; {@code null}
		 * to have the key removed
		 * @throws RefusedException if nothing is to be stored
		 */
		@Nullable Object filter(StateWrite write);

	}

	/**
	 * Loads values.
	 */
	@FunctionalInterface
	public interface Loader {

		/**
		 * Loads a value.
		 * @param channel the channel
		 * @param key the key
		 * @return the value; {@code null} if there is none, and then it is asked again
		 * for the next who reads it
		 */
		@Nullable Object load(MatchedChannel channel, String key);

	}

}
