package io.github.realtime;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Sends to channels, and gives access to what belongs to them. Safe for use by many
 * threads. It is an interface so that tests can replace it.
 *
 * @since 0.1.0
 */
public interface RealtimeTemplate {

	/**
	 * Sends a message to every subscriber of a channel, on all instances.
	 * <p>
	 * Inside a transaction name, value and size are checked now and the message goes out
	 * after commit, in the order of the calls, or not at all after a rollback. A failure
	 * then can't undo the commit: it is logged, counted, and published as
	 * {@link RealtimeSendFailedEvent}.
	 * @param channel the channel: 1 to 200 of {@code A-Z a-z 0-9 _ - . : / @ % + ~}
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 * @throws InvalidChannelException if the name is not a channel name
	 * @throws PayloadTooLargeException if the JSON is larger than
	 * {@code realtime.limits.message-size}
	 * @throws RealtimeUnavailableException if the broker did not answer in time: the
	 * outcome is unknown
	 * @throws RealtimeException if the value can't be written as JSON
	 */
	default void send(String channel, @Nullable Object message) {
		send(channel, message, SendOptions.defaults());
	}

	/**
	 * Sends a message with options. See {@link #send(String, Object)}.
	 * @param channel the channel
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 * @param options the options
	 */
	void send(String channel, @Nullable Object message, SendOptions options);

	/**
	 * Sends a message without waiting. Sends of one thread keep their order. See
	 * {@link #send(String, Object)} for what is thrown at the call.
	 * @param channel the channel
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 * @return completes with the position of the message, inside a transaction after
	 * commit; exceptionally with {@link RealtimeUnavailableException}, or with
	 * {@link RealtimeException} when the transaction rolled back
	 */
	default CompletableFuture<Position> sendAsync(String channel, @Nullable Object message) {
		return sendAsync(channel, message, SendOptions.defaults());
	}

	/**
	 * Sends a message with options and without waiting. See
	 * {@link #sendAsync(String, Object)}.
	 * @param channel the channel
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 * @param options the options
	 * @return completes with the position of the message
	 */
	CompletableFuture<Position> sendAsync(String channel, @Nullable Object message, SendOptions options);

	/**
	 * Makes every open page of a key fresh, on all instances. Each fetches its own URL
	 * with its own cookies, and shows what has changed. Calls in quick succession are
	 * told to the pages together.
	 * <p>
	 * Inside a transaction this happens after commit, or not at all after a rollback.
	 * @param key the path of the page within the application, such as {@code /note/42},
	 * or whatever its script named as key; characters that a channel name can't have
	 * become {@code %XX}
	 * @throws InvalidChannelException if the key is empty or too long
	 * @throws RealtimeUnavailableException if the broker did not answer in time
	 */
	default void render(String key) {
		render(key, RenderOptions.defaults());
	}

	/**
	 * Makes every open page of a key fresh, with options. See {@link #render(String)}.
	 * @param key the path of the page within the application
	 * @param options the options
	 * @throws PayloadTooLargeException if the HTML to push is larger than
	 * {@code realtime.limits.message-size}
	 * @throws RealtimeException if there is no HTML to push
	 */
	void render(String key, RenderOptions options);

	/**
	 * Sends a message to all clients of one user, on all instances, and to nobody else.
	 * It is not numbered and not kept: a client that is away does not get it. Inside a
	 * transaction it goes out after commit; see {@link #send(String, Object)}.
	 * @param user the user's name, as {@link RealtimeClient#name()} has it
	 * @param channel the channel on which the user's pages get it
	 * @param message any value that Jackson writes as JSON, {@code null} included
	 */
	void sendToUser(String user, String channel, @Nullable Object message);

	/**
	 * Returns a client.
	 * @param id its id, see {@link RealtimeClient#id()}
	 * @return the client, on whichever instance it is
	 */
	ClientHandle client(String id);

	/**
	 * Returns all clients of a user.
	 * @param name the user's name, see {@link RealtimeClient#name()}
	 * @return the clients, on whichever instances they are
	 */
	ClientHandle user(String name);

	/**
	 * Returns one channel's operations.
	 * @param name the channel
	 * @return its operations; holds nothing open
	 * @throws InvalidChannelException if the name is not a channel name
	 */
	RealtimeChannel channel(String name);

	/**
	 * Runs an action after the commit of the current transaction, in order with what is
	 * sent in it; not at all after a rollback; at once where there is no transaction. An
	 * exception after a commit is logged.
	 * @param action what to run
	 */
	void afterCommit(Runnable action);

	/**
	 * Returns this template without its wait for commits: what it sends goes out at the
	 * call, and fails at the call, also inside a transaction. For consumers of events and
	 * queues that are called again when they fail.
	 * @return a template that shares everything else with this one
	 * @see io.github.realtime.annotation.SendImmediately
	 */
	RealtimeTemplate immediately();

}
