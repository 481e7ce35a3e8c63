package io.github.realtime.broker;

import java.util.concurrent.CompletableFuture;

/**
 * The part of a {@link Broker} that remembers what clients were answered, so that what
 * one asks for twice, on whichever instances, is done once.
 *
 * @since 0.1.0
 */
public interface AnswerBroker {

	/**
	 * Begins what a client asks for, unless that was begun within 5 minutes. If it is
	 * begun here, {@link #keepAnswer} or {@link #abandonAnswer} follows.
	 * @param clientId the client's id; the same {@code op} of another client is another
	 * one
	 * @param op names what it asks for
	 * @return whether it is begun or, if it was before, what became of it
	 */
	CompletableFuture<IdempotencyRecord> beginAnswer(String clientId, String op);

	/**
	 * Keeps the answer to what was begun here for 5 minutes.
	 * @param clientId the client's id
	 * @param op names what it asked for
	 * @param answer the answer
	 * @return completes when the broker has it
	 */
	CompletableFuture<?> keepAnswer(String clientId, String op, String answer);

	/**
	 * Notes that what was begun here has not been done: it may be begun again.
	 * @param clientId the client's id
	 * @param op names what it asked for
	 */
	void abandonAnswer(String clientId, String op);

}
