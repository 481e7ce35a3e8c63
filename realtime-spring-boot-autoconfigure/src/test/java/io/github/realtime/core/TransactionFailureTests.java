package io.github.realtime.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.RenderOptions;
import io.github.realtime.SendOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends that fail after the commit, or whose transaction has an unknown outcome.
 */
class TransactionFailureTests extends TransactionFixture {

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@ExtendWith(OutputCaptureExtension.class)
	void sendWhenTheBrokerFailsAfterCommitLeavesTheCallerSuccessful(boolean thrown, CapturedOutput output) {
		RealtimeUnavailableException failure = new RealtimeUnavailableException("no answer", null);
		this.broker.outcome((position) -> {
			if (position.offset() != 2) {
				return CompletableFuture.completedFuture(position);
			}
			if (thrown) {
				throw failure;
			}
			return CompletableFuture.failedFuture(failure);
		});
		List<CompletableFuture<Position>> sent = new ArrayList<>();
		inTransaction(() -> {
			this.jdbc.update("insert into vote values (1)");
			this.realtime.send("post_1", "one");
			sent.add(this.realtime.sendAsync("post_2", List.of("two", 2), SendOptions.defaults().idempotencyKey("k")));
			this.realtime.send("post_3", "three");
		});
		assertThat(votesOnAnotherConnection()).isOne();
		assertThat(this.broker.data()).containsExactly("\"one\"", "[\"two\",2]", "\"three\"");
		assertThat(this.failures)
			.containsExactly(new RealtimeSendFailedEvent("post_2", "[\"two\",2]", null, "k", failure));
		assertThat(sent.get(0)).failsWithin(1, TimeUnit.SECONDS).withThrowableThat().withCause(failure);
		assertThat(output).containsOnlyOnce("ERROR")
			.contains("Sending to channel 'post_2' failed after the transaction was committed")
			.contains("no answer");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void renderWhenTheBrokerFailsAfterTheCommitTellsTheApplicationToo(CapturedOutput output) {
		RealtimeUnavailableException failure = new RealtimeUnavailableException("no answer", null);
		RealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.shared(), 1000,
				(event) -> this.failures.add((RealtimeSendFailedEvent) event),
				new StateLoader(this.broker, new StateHandlers(List.of(), JsonMapper.shared(), 1000)),
				() -> (view, model) -> "<p id=\"note\">");
		this.broker.failWith(failure);
		inTransaction(() -> {
			realtime.render("/note/1", RenderOptions.defaults().exclude("a"));
			realtime.send("post_1", "one");
			realtime.render("/note/2", RenderOptions.push("note", Map.of()));
			assertThat(this.failures).isEmpty();
		});
		assertThat(this.broker.published()).extracting(Publication::channel)
			.containsExactly("/note/1", "post_1", "/note/2");
		assertThat(this.failures).containsExactly(new RealtimeSendFailedEvent("/note/1", null, null, null, failure),
				new RealtimeSendFailedEvent("post_1", "\"one\"", null, null, failure),
				new RealtimeSendFailedEvent("/note/2", null, null, null, failure));
		assertThat(output).contains("Rendering '/note/1' failed after the transaction was committed");
	}

	@Test
	void whatWasHeldWhenNobodyKnowsWhetherItWasCommittedIsNotSentAndTold() {
		TransactionSynchronizationManager.initSynchronization();
		TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			this.realtime.send("post_1", "one");
			this.realtime.render("/note/1");
			this.realtime.afterCommit(() -> this.realtime.send("post_2", "two"));
			TransactionSynchronizationUtils.triggerAfterCompletion(TransactionSynchronization.STATUS_UNKNOWN);
		}
		finally {
			TransactionSynchronizationManager.clear();
		}
		assertThat(this.broker.published()).isEmpty();
		assertThat(this.failures).extracting(RealtimeSendFailedEvent::channel).containsExactly("post_1", "/note/1");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void sendWhenAListenerForTheFailureThrowsLeavesTheCallerSuccessful(CapturedOutput output) {
		this.broker.failWith(new RealtimeUnavailableException("no answer", null));
		RealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.shared(), 1000, (event) -> {
			throw new IllegalStateException("a defect");
		});
		inTransaction(() -> {
			realtime.send("post_1", 1);
			realtime.send("post_1", 2);
		});
		assertThat(this.broker.published()).hasSize(2);
		assertThat(output).contains("a defect");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void actionThatThrowsIsLoggedAndTheRestGoesOut(CapturedOutput output) {
		inTransaction(() -> {
			this.realtime.afterCommit(() -> {
				throw new IllegalStateException("a defect");
			});
			this.realtime.send("post_1", 1);
		});
		assertThat(this.broker.data()).containsExactly("1");
		assertThat(output).containsOnlyOnce("ERROR").contains("a defect");
	}

}
