package io.github.realtime.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.RenderOptions;
import io.github.realtime.SendOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TransactionalSends}, through {@link RealtimeTemplate}.
 */
class TransactionalSendsTests extends TransactionFixture {

	@Test
	void sendWhenRolledBackPublishesNothing() {
		List<CompletableFuture<Position>> sent = new ArrayList<>();
		List<String> ran = new ArrayList<>();
		inTransaction(() -> {
			this.realtime.send("post_1", 1);
			this.realtime.channel("post_1").send(2);
			sent.add(this.realtime.sendAsync("post_1", 3));
			this.realtime.afterCommit(() -> ran.add("action"));
			assertThat(sent.get(0)).isNotDone();
			rollback();
		});
		assertThat(this.broker.published()).isEmpty();
		assertThat(ran).isEmpty();
		assertThat(this.failures).isEmpty();
		assertThat(sent.get(0)).failsWithin(1, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isExactlyInstanceOf(RealtimeException.class)
			.withMessage("Not sent to channel 'post_1': the transaction was not committed");
	}

	@Test
	void renderWaitsForTheCommitAndAfterARollbackThereIsNone() {
		StateLoader loader = new StateLoader(this.broker, new StateHandlers(List.of(), JsonMapper.shared(), 1000));
		RealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.shared(), 1000, (event) -> {
		}, loader, () -> (view, model) -> "<p id='x'>" + votesOnAnotherConnection());
		Runnable change = () -> {
			this.jdbc.update("insert into vote values (1)");
			realtime.render("/note/1");
			realtime.render("/note/1", RenderOptions.push("note", Map.of()));
			assertThat(this.broker.published()).isEmpty();
		};
		inTransaction(() -> {
			change.run();
			rollback();
		});
		assertThat(this.broker.published()).isEmpty();
		inTransaction(change);
		assertThat(this.broker.published()).hasSize(2);
		inTransaction(() -> {
			realtime.render("/note/2", RenderOptions.defaults().immediately());
			assertThat(this.broker.published()).hasSize(3);
		});
	}

	@Test
	void sendWhenCommittedPublishesInOrderAfterTheDataIsVisible() {
		List<String> seen = new ArrayList<>();
		this.broker.onPublish((publication) -> seen.add(publication.data() + " sees " + votesOnAnotherConnection()));
		inTransaction(() -> {
			this.jdbc.update("insert into vote values (1)");
			this.realtime.send("post_1", 1);
			this.realtime.send("post_2", 2);
			this.realtime.afterCommit(() -> seen.add("action sees " + votesOnAnotherConnection()));
			this.realtime.send("post_1", 3);
			this.jdbc.update("insert into vote values (2)");
			assertThat(this.broker.published()).isEmpty();
			assertThat(votesOnAnotherConnection()).isZero();
		});
		assertThat(seen).containsExactly("1 sees 2", "2 sees 2", "action sees 2", "3 sees 2");
	}

	@Test
	void sendWhenCommittedGoesOutAsOnePipelineThatAnActionWaitsFor() {
		List<CompletableFuture<Position>> answers = new ArrayList<>();
		this.broker.outcome((position) -> {
			answers.add(new CompletableFuture<>());
			if (answers.size() % 2 == 0) {
				// The broker answers the first only when it has the second
				answers.forEach((answer) -> CompletableFuture.runAsync(() -> answer.complete(position)));
			}
			return answers.get(answers.size() - 1);
		});
		List<Long> answered = new ArrayList<>();
		inTransaction(() -> {
			this.realtime.send("post_1", 1);
			this.realtime.send("post_1", 2);
			this.realtime.afterCommit(() -> answered.add(answers.stream().filter(CompletableFuture::isDone).count()));
			this.realtime.send("post_1", 3);
			this.realtime.send("post_1", 4);
		});
		assertThat(answered).containsExactly(2L);
		assertThat(answers).hasSize(4).allMatch(CompletableFuture::isDone);
	}

	@Test
	void sendAsyncWhenCommittedCompletes() {
		List<CompletableFuture<Position>> sent = new ArrayList<>();
		inTransaction(() -> {
			sent.add(this.realtime.sendAsync("post_1", 1));
			sent.add(this.realtime.sendAsync("post_1", 2));
			assertThat(sent).noneMatch(CompletableFuture::isDone);
		});
		assertThat(sent.get(0)).isCompletedWithValue(new Position("e", 1));
		assertThat(sent.get(1)).isCompletedWithValue(new Position("e", 2));
	}

	@Test
	void sendAsyncWhenTheCallerTimesItOutIsNoFailureOfTheBroker() {
		inTransaction(() -> this.realtime.sendAsync("post_1", 1).cancel(false));
		assertThat(this.broker.data()).containsExactly("1");
		assertThat(this.failures).isEmpty();
	}

	@Test
	void sendWhenImmediateDoesNotWait() {
		inTransaction(() -> {
			this.realtime.send("post_1", "later");
			this.realtime.send("post_1", "now", SendOptions.defaults().immediately());
			assertThat(this.realtime.sendAsync("post_1", "now", SendOptions.defaults().immediately())).isCompleted();
			assertThat(this.broker.data()).containsExactly("\"now\"", "\"now\"");
			rollback();
		});
		assertThat(this.broker.data()).containsExactly("\"now\"", "\"now\"");
	}

	@Test
	void sendChecksAtTheCall() {
		inTransaction(() -> {
			assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> this.realtime.send("a b", 1));
			assertThatExceptionOfType(PayloadTooLargeException.class)
				.isThrownBy(() -> this.realtime.send("post_1", "x".repeat(1000)));
			assertThatExceptionOfType(RealtimeException.class)
				.isThrownBy(() -> this.realtime.send("post_1", new RealtimeTemplateTests.Broken()));
			this.realtime.send("post_1", "fine");
		});
		assertThat(this.broker.data()).containsExactly("\"fine\"");
	}

	@Test
	void sendMakesTheJsonAtTheCall() {
		List<String> value = new ArrayList<>(List.of("then"));
		inTransaction(() -> {
			this.realtime.send("post_1", value);
			value.set(0, "now");
		});
		assertThat(this.broker.data()).containsExactly("[\"then\"]");
	}

	@Test
	void actionMaySend() {
		inTransaction(() -> this.realtime.afterCommit(() -> {
			this.realtime.send("post_1", 1);
			this.realtime.afterCommit(() -> this.realtime.send("post_1", 2));
			assertThat(this.broker.data()).containsExactly("1", "2");
		}));
		assertThat(this.broker.data()).containsExactly("1", "2");
	}

	@Test
	void sendWhenTransactionIsReadOnlyWaits() {
		TransactionTemplate readOnly = new TransactionTemplate(this.transactions);
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> {
			this.realtime.send("post_1", 1);
			assertThat(this.broker.published()).isEmpty();
		});
		assertThat(this.broker.data()).containsExactly("1");
	}

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.PROPAGATION_SUPPORTS, TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
			TransactionDefinition.PROPAGATION_NEVER })
	void sendWhenThereIsNoActualTransactionDoesNotWait(int propagation) {
		inTransaction(propagation, () -> {
			this.realtime.send("post_1", 1);
			assertThat(this.broker.published()).hasSize(1);
		});
		assertThat(this.broker.published()).hasSize(1);
	}

	@Test
	void sendWhenTheTemplateIsImmediateDoesNotWaitAndFailsAtTheCall() {
		RealtimeTemplate immediate = this.realtime.immediately();
		inTransaction(() -> {
			this.realtime.send("post_1", "held");
			immediate.send("post_1", "send");
			immediate.channel("post_1").send("channel");
			immediate.render("/note/1");
			assertThat(immediate.sendAsync("post_1", "async")).isDone();
			assertThat(this.broker.published()).extracting(Publication::channel)
				.containsExactly("post_1", "post_1", "/note/1", "post_1");
			this.broker.failWith(new RealtimeUnavailableException("no answer", null));
			assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(() -> immediate.send("post_1", 1));
			rollback();
		});
		assertThat(immediate.immediately()).isSameAs(immediate);
		assertThat(this.failures).isEmpty();
	}

	@Test
	void transactionLeavesNothingOnTheThread() {
		inTransaction(() -> this.realtime.send("post_1", 1));
		inTransaction(() -> {
			this.realtime.send("post_1", 2);
			rollback();
		});
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		this.realtime.send("post_1", 3);
		inTransaction(() -> this.realtime.send("post_1", 4));
		assertThat(this.broker.data()).containsExactly("1", "3", "4");
	}

}
