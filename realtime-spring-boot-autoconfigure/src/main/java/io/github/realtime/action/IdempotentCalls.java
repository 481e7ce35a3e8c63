package io.github.realtime.action;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.realtime.broker.AnswerBroker;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The answers to calls that may be made again: whoever asks once more, on whichever
 * instance, gets the first one.
 */
final class IdempotentCalls {

	/**
	 * No more than a client may send: it shall not fill the broker with what costs it
	 * less.
	 */
	private static final int MAX_KEPT = 64 * 1024;

	private static final long FIRST_PAUSE = 50;

	private static final long LONGEST_PAUSE = 1000;

	/** As long as a caller waits. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Log logger = LogFactory.getLog(IdempotentCalls.class);

	private final AnswerBroker broker;

	/** What is asked of the broker, or done here. */
	private final ConcurrentMap<Intent, CompletableFuture<ActionReply>> underWay = new ConcurrentHashMap<>();

	IdempotentCalls(AnswerBroker broker) {
		this.broker = broker;
	}

	/**
	 * Finds the answer to what a client has asked for before, or makes it.
	 * @param clientId the client's id: no other client's is the same
	 * @param op names what it asks for
	 * @param maker makes the answer
	 * @return the answer; never completes exceptionally
	 */
	CompletableFuture<ActionReply> find(String clientId, String op, Supplier<CompletableFuture<ActionReply>> maker) {
		Intent intent = new Intent(clientId, op);
		CompletableFuture<ActionReply> answer = new CompletableFuture<>();
		CompletableFuture<ActionReply> other = this.underWay.putIfAbsent(intent, answer);
		if (other != null) {
			// It may be the connection of that one alone that has ended
			return other.thenCompose((made) -> (made == ActionReply.NOT_BEGUN) ? find(clientId, op, maker)
					: CompletableFuture.completedFuture(made));
		}
		ask(intent, answer, maker, FIRST_PAUSE, System.nanoTime());
		return answer;
	}

	private void ask(Intent intent, CompletableFuture<ActionReply> answer,
			Supplier<CompletableFuture<ActionReply>> maker, long pause, long since) {
		this.broker.beginAnswer(intent.clientId(), intent.op()).whenComplete((past, failure) -> {
			if (past == null) {
				end(intent, answer, ActionReply.error(ErrorCode.UNAVAILABLE,
						"Nothing was done, as it could not be made sure that it is done once"));
				return;
			}
			switch (past.state()) {
				case NONE -> make(intent, answer, maker);
				case GIVEN -> end(intent, answer, given(past));
				case LOST -> end(intent, answer, ActionReply.error(ErrorCode.UNAVAILABLE,
						"The server that began this is gone, and whether it was done is unknown"));
				case AWAITED -> {
					if (System.nanoTime() - since > PATIENCE.toNanos()) {
						end(intent, answer, ActionReply.error(ErrorCode.TIMEOUT, "This is still being done"));
					}
					else {
						CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS)
							.execute(() -> ask(intent, answer, maker, Math.min(2 * pause, LONGEST_PAUSE), since));
					}
				}
			}
		});
	}

	private static ActionReply given(IdempotencyRecord past) {
		return ActionReply.read(String.valueOf(past.answer()));
	}

	private void make(Intent intent, CompletableFuture<ActionReply> answer,
			Supplier<CompletableFuture<ActionReply>> maker) {
		maker.get().thenAccept((made) -> {
			if (made == ActionReply.NOT_BEGUN) {
				this.broker.abandonAnswer(intent.clientId(), intent.op());
				end(intent, answer, made);
				return;
			}
			// Found here until it is found there
			answer.complete(made);
			this.broker.keepAnswer(intent.clientId(), intent.op(), kept(made)).whenComplete((done, failure) -> {
				this.underWay.remove(intent, answer);
				if (failure != null) {
					logger.warn("What a client was answered is not remembered", failure);
				}
			});
		});
	}

	private static String kept(ActionReply made) {
		String written = made.write();
		return (Line.bytesOf(written) <= MAX_KEPT) ? written
				: ActionReply.error(ErrorCode.TOO_LARGE, "This was done, and its result is too large to be given twice")
					.write();
	}

	private void end(Intent intent, CompletableFuture<ActionReply> answer, ActionReply made) {
		this.underWay.remove(intent, answer);
		answer.complete(made);
	}

	private record Intent(String clientId, String op) {

	}

}
