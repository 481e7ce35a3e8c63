package io.github.realtime.broker;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What became of something that a client asked for.
 *
 * @param state how far it is
 * @param answer the answer, if there is one
 * @since 0.1.0
 * @see AnswerBroker#beginAnswer
 */
public record IdempotencyRecord(State state, @Nullable String answer) {

	/** Nobody has begun it before: it is begun now, by whoever asked. */
	public static final IdempotencyRecord NONE = new IdempotencyRecord(State.NONE, null);

	/** Somebody is at it. */
	public static final IdempotencyRecord AWAITED = new IdempotencyRecord(State.AWAITED, null);

	/** The instance that had begun it is not heard of any more. */
	public static final IdempotencyRecord LOST = new IdempotencyRecord(State.LOST, null);

	public IdempotencyRecord {
		Assert.isTrue((state == State.GIVEN) == (answer != null), "There is an answer where one was given");
	}

	/**
	 * Makes what was answered.
	 * @param answer the answer
	 * @return that it was given
	 */
	public static IdempotencyRecord given(String answer) {
		return new IdempotencyRecord(State.GIVEN, answer);
	}

	/**
	 * How far something is.
	 */
	public enum State {

		/** It is begun now. */
		NONE,

		/** It is being done. */
		AWAITED,

		/** It was answered. */
		GIVEN,

		/** It was begun, and nobody can tell whether it was done. */
		LOST

	}

}
