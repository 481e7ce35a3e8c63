package io.github.realtime.broker.tck;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.broker.IdempotencyRecord.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} promises of answers.
 * <p>
 * A client that has lost its connection repeats a call whose answer it has not seen,
 * maybe on another instance. The broker decides, in one step, who may begin: of all that
 * ask, one gets {@link IdempotencyRecord#NONE}. The answer is kept for 5 minutes after it
 * was given, and a client gets only its own. A call that was not done is abandoned and
 * may be begun again.
 *
 * @since 0.1.0
 */
public abstract class AnswerContract extends PresenceContract {

	private static final Duration KEPT = Duration.ofMinutes(5);

	@Test
	void answerIsKeptForWhoeverAsksAgain() {
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.NONE);
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.AWAITED);
		get(this.broker.keepAnswer("c1", "op", "ünï 🎉\n=1 2"));
		for (int i = 0; i < 2; i++) {
			assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.given("ünï 🎉\n=1 2"));
		}
		assertThat(begin("c1", "another")).isEqualTo(IdempotencyRecord.NONE);
	}

	@Test
	void answerIsNoOtherClients() {
		begin("c1", "op");
		get(this.broker.keepAnswer("c1", "op", "secret"));
		for (String other : List.of("c2", "c", "c1:o", "answer")) {
			assertThat(begin(other, "op")).isEqualTo(IdempotencyRecord.NONE);
		}
		assertThat(begin("c1", "p")).isEqualTo(IdempotencyRecord.NONE);
	}

	@Test
	void answerWhenEmptyIsOneAllTheSame() {
		begin("c1", "op");
		get(this.broker.keepAnswer("c1", "op", ""));
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.given(""));
	}

	@Test
	void answerIsForgottenFiveMinutesAfterItWasGiven() {
		begin("c1", "op");
		elapse(KEPT.minus(PATIENCE));
		get(this.broker.keepAnswer("c1", "op", "done"));
		elapse(KEPT.minus(PATIENCE));
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.given("done"));
		elapse(PATIENCE);
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.NONE);
	}

	@Test
	void whatWasNotDoneMayBeBegunAgain() {
		begin("c1", "op");
		this.broker.abandonAnswer("c1", "op");
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.NONE);
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.AWAITED);
	}

	@Test
	void opsOfAllKindsArePossible() {
		List<String> ops = List.of("}{", ":", " ", "answer:", "ü", "\u0000", "x".repeat(64));
		ops.forEach((op) -> {
			assertThat(begin("c1", op)).isEqualTo(IdempotencyRecord.NONE);
			get(this.broker.keepAnswer("c1", op, op));
		});
		assertThat(ops).allSatisfy((op) -> assertThat(begin("c1", op)).isEqualTo(IdempotencyRecord.given(op)));
	}

	@Test
	void whatManyThreadsBeginAtOnceOneDoesAtATime() {
		long seed = System.nanoTime();
		ConcurrentMap<String, String> done = new ConcurrentHashMap<>();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			CompletableFuture.allOf(IntStream.range(0, 4).mapToObj((thread) -> CompletableFuture.runAsync(() -> {
				Random random = new Random(seed + thread);
				for (int i = 0; i < 500; i++) {
					doOnce(random, "op" + random.nextInt(50), done);
				}
			}, threads)).toArray(CompletableFuture<?>[]::new)).join();
		}
		catch (RuntimeException ex) {
			throw new AssertionError("seed " + seed, ex);
		}
		finally {
			threads.shutdownNow();
		}
		done.forEach((op, answer) -> assertThat(begin("c1", op)).as("seed %d", seed)
			.isEqualTo(IdempotencyRecord.given(answer)));
	}

	/**
	 * Once in a while not even that.
	 */
	private void doOnce(Random random, String op, ConcurrentMap<String, String> done) {
		IdempotencyRecord past = begin("c1", op);
		if (past.state() == State.GIVEN) {
			assertThat(done).containsEntry(op, String.valueOf(past.answer()));
		}
		else if (past.state() == State.NONE) {
			assertThat(done).doesNotContainKey(op);
			if (random.nextInt(3) == 0) {
				this.broker.abandonAnswer("c1", op);
				return;
			}
			String answer = op + " " + random.nextInt();
			assertThat(done.put(op, answer)).isNull();
			get(this.broker.keepAnswer("c1", op, answer));
		}
	}

	private IdempotencyRecord begin(String clientId, String op) {
		return get(this.broker.beginAnswer(clientId, op));
	}

}
