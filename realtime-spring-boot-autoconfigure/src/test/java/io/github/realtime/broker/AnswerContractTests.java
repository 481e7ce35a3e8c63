package io.github.realtime.broker;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.github.realtime.broker.IdempotencyRecord.State;
import io.github.realtime.testing.Patience;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} knows of what clients were answered, besides what it does
 * with messages, state and presence.
 */
public abstract class AnswerContractTests extends PresenceContractTests {

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
		elapse(KEPT.minus(Patience.ENOUGH));
		get(this.broker.keepAnswer("c1", "op", "done"));
		elapse(KEPT.minus(Patience.ENOUGH));
		assertThat(begin("c1", "op")).isEqualTo(IdempotencyRecord.given("done"));
		elapse(Patience.ENOUGH);
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
