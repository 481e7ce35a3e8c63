package io.github.realtime.action;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.Line;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that are made again while the first is under way.
 */
class AnswersTests {

	private final MemoryBroker broker = new MemoryBroker((channel) -> new HistoryPolicy(0, 0, Duration.ZERO));

	private final Answers answers = new Answers(this.broker);

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void repeatedCallWhenTheFirstWasNotBegunThenIsBegun() {
		CompletableFuture<Answer> first = new CompletableFuture<>();
		CompletableFuture<Answer> second = new CompletableFuture<>();
		CompletableFuture<Answer> answer = find(() -> first);
		AtomicInteger begun = new AtomicInteger();
		Supplier<CompletableFuture<Answer>> maker = () -> {
			begun.incrementAndGet();
			return second;
		};
		CompletableFuture<Answer> repeated = find(maker);
		CompletableFuture<Answer> third = find(maker);
		first.complete(Answer.NOT_BEGUN);
		assertThat(answer).isCompletedWithValue(Answer.NOT_BEGUN);
		assertThat(repeated).isNotDone();
		Answer made = new Answer.Returned(Line.of("1"), List.of());
		second.complete(made);
		assertThat(repeated).isCompletedWithValue(made);
		assertThat(third).isCompletedWithValue(made);
		assertThat(begun).hasValue(1);
	}

	@Test
	void repeatedCallWhenNothingCanBeBegunThenSaysSo() {
		CompletableFuture<Answer> first = new CompletableFuture<>();
		find(() -> first);
		CompletableFuture<Answer> repeated = find(() -> CompletableFuture.completedFuture(Answer.NOT_BEGUN));
		first.complete(Answer.NOT_BEGUN);
		assertThat(repeated).isCompletedWithValue(Answer.NOT_BEGUN);
	}

	private CompletableFuture<Answer> find(Supplier<CompletableFuture<Answer>> maker) {
		return this.answers.find("client", "op", maker);
	}

}
