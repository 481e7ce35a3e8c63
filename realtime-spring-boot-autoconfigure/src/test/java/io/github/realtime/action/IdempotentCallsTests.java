package io.github.realtime.action;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.protocol.Line;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that are made again while the first is under way.
 */
class IdempotentCallsTests {

	@AutoClose
	private final MemoryBroker broker = new MemoryBroker((channel) -> new HistoryPolicy(0, 0, Duration.ZERO));

	private final IdempotentCalls answers = new IdempotentCalls(this.broker);

	@Test
	void repeatedCallWhenTheFirstWasNotBegunThenIsBegun() {
		CompletableFuture<ActionReply> first = new CompletableFuture<>();
		CompletableFuture<ActionReply> second = new CompletableFuture<>();
		CompletableFuture<ActionReply> answer = find(() -> first);
		AtomicInteger begun = new AtomicInteger();
		Supplier<CompletableFuture<ActionReply>> maker = () -> {
			begun.incrementAndGet();
			return second;
		};
		CompletableFuture<ActionReply> repeated = find(maker);
		CompletableFuture<ActionReply> third = find(maker);
		first.complete(ActionReply.NOT_BEGUN);
		assertThat(answer).isCompletedWithValue(ActionReply.NOT_BEGUN);
		assertThat(repeated).isNotDone();
		ActionReply made = new ActionReply.Returned(Line.of("1"), List.of());
		second.complete(made);
		assertThat(repeated).isCompletedWithValue(made);
		assertThat(third).isCompletedWithValue(made);
		assertThat(begun).hasValue(1);
	}

	@Test
	void repeatedCallWhenNothingCanBeBegunThenSaysSo() {
		CompletableFuture<ActionReply> first = new CompletableFuture<>();
		find(() -> first);
		CompletableFuture<ActionReply> repeated = find(() -> CompletableFuture.completedFuture(ActionReply.NOT_BEGUN));
		first.complete(ActionReply.NOT_BEGUN);
		assertThat(repeated).isCompletedWithValue(ActionReply.NOT_BEGUN);
	}

	private CompletableFuture<ActionReply> find(Supplier<CompletableFuture<ActionReply>> maker) {
		return this.answers.find("client", "op", maker);
	}

}
