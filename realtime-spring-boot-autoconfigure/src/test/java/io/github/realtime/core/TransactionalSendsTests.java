package io.github.realtime.core;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.RenderOptions;
import io.github.realtime.SendOptions;
import io.github.realtime.broker.FakeBroker;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalApplicationListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TransactionalSends}, through {@link RealtimeTemplate}.
 */
@Timeout(30)
class TransactionalSendsTests {

	private final JdbcDataSource dataSource = new JdbcDataSource();

	private final FakeBroker broker = new FakeBroker();

	private final List<RealtimeSendFailedEvent> failures = new ArrayList<>();

	private final RealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.builder().build(),
			1000, (event) -> this.failures.add((RealtimeSendFailedEvent) event));

	private JdbcTransactionManager transactions;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createTable() {
		this.dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		this.transactions = new JdbcTransactionManager(this.dataSource);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("create table vote (id int)");
	}

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
	void sendInsideASuspendedTransactionsOfItsOwn() {
		inTransaction(() -> {
			this.realtime.send("post_1", "outer 1");
			inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> {
				this.realtime.send("post_1", "inner");
				assertThat(this.broker.published()).isEmpty();
			});
			assertThat(this.broker.data()).containsExactly("\"inner\"");
			inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> {
				this.realtime.send("post_1", "dropped");
				rollback();
			});
			inTransaction(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, () -> this.realtime.send("post_1", "none"));
			this.realtime.send("post_1", "outer 2");
			assertThat(this.broker.data()).containsExactly("\"inner\"", "\"none\"");
		});
		assertThat(this.broker.data()).containsExactly("\"inner\"", "\"none\"", "\"outer 1\"", "\"outer 2\"");
	}

	@Test
	void sendWhenTheOuterTransactionRollsBackLeavesTheInnerOnes() {
		inTransaction(() -> {
			this.realtime.send("post_1", "outer");
			inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> this.realtime.send("post_1", "inner"));
			rollback();
		});
		assertThat(this.broker.data()).containsExactly("\"inner\"");
	}

	@Test
	void sendWhenANestedTransactionRollsBackDropsWhatItSent() {
		List<CompletableFuture<Position>> sent = new ArrayList<>();
		inTransaction(() -> {
			this.realtime.send("post_1", "outer 1");
			inTransaction(TransactionDefinition.PROPAGATION_NESTED, () -> {
				sent.add(this.realtime.sendAsync("post_1", "dropped"));
				inTransaction(TransactionDefinition.PROPAGATION_NESTED, () -> this.realtime.send("post_1", "dropped"));
				rollback();
			});
			inTransaction(TransactionDefinition.PROPAGATION_NESTED, () -> this.realtime.send("post_1", "inner"));
			this.realtime.send("post_1", "outer 2");
		});
		assertThat(this.broker.data()).containsExactly("\"outer 1\"", "\"inner\"", "\"outer 2\"");
		assertThat(sent.get(0)).isCompletedExceptionally();
	}

	@Test
	void sendWhenTheFirstIsInANestedTransactionThatRollsBackDropsIt() {
		inTransaction(() -> {
			inTransaction(TransactionDefinition.PROPAGATION_NESTED, () -> {
				this.realtime.send("post_1", "dropped");
				rollback();
			});
			this.realtime.send("post_1", "outer");
		});
		assertThat(this.broker.data()).containsExactly("\"outer\"");
	}

	@Test
	void sendByWhoIsToldOfANestedRollbackBelongsToTheOuterTransaction() {
		inTransaction(() -> {
			this.realtime.send("post_1", "outer");
			inTransaction(TransactionDefinition.PROPAGATION_NESTED, () -> {
				this.realtime.sendAsync("post_1", "dropped")
					.whenComplete((position, failure) -> this.realtime.send("audit", "told"));
				rollback();
			});
		});
		assertThat(this.broker.data()).containsExactly("\"outer\"", "\"told\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "before", "after" })
	void sendInAnAfterCommitListenerIsNotLost(String other) {
		withListener(TransactionPhase.AFTER_COMMIT, (event) -> this.realtime.send("post_1", event), (events) -> {
			if (other.equals("before")) {
				this.realtime.send("post_1", "other");
			}
			events.publishEvent("event");
			if (other.equals("after")) {
				this.realtime.send("post_1", "other");
			}
		});
		assertThat(this.broker.data()).contains("\"event\"").hasSize(other.isEmpty() ? 1 : 2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "before", "after" })
	void sendInATransactionOfAnAfterCommitListenersOwnWaitsForItsCommit(String other) {
		withListener(TransactionPhase.AFTER_COMMIT, (event) -> {
			inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> {
				this.realtime.send("post_1", "dropped");
				rollback();
			});
			inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> {
				this.realtime.send("post_1", event);
				assertThat(this.broker.data()).doesNotContain("\"event\"");
			});
			assertThat(this.broker.data()).contains("\"event\"");
		}, (events) -> {
			if (other.equals("before")) {
				this.realtime.send("post_1", "other");
			}
			events.publishEvent("event");
			if (other.equals("after")) {
				this.realtime.send("post_1", "other");
			}
		});
		assertThat(this.broker.data()).contains("\"event\"").hasSize(other.isEmpty() ? 1 : 2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "before", "after" })
	void sendInATransactionOfAnAfterRollbackListenersOwnIsNotLost(String other) {
		withListener(TransactionPhase.AFTER_ROLLBACK,
				(event) -> inTransaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						() -> this.realtime.send("post_1", event)),
				(events) -> {
					if (other.equals("before")) {
						this.realtime.send("post_1", "dropped");
					}
					events.publishEvent("event");
					if (other.equals("after")) {
						this.realtime.send("post_1", "dropped");
					}
					rollback();
				});
		assertThat(this.broker.data()).containsExactly("\"event\"");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendInACallbackOfTheTransactionIsNotLost(boolean sentBefore) {
		inTransaction(() -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					TransactionalSendsTests.this.realtime.send("post_1", "beforeCommit");
				}

				@Override
				public void afterCommit() {
					TransactionalSendsTests.this.realtime.send("post_1", "afterCommit");
				}

				@Override
				public void afterCompletion(int status) {
					TransactionalSendsTests.this.realtime.send("post_1", "afterCompletion");
				}

			});
			if (sentBefore) {
				this.realtime.send("post_1", "before");
			}
		});
		assertThat(this.broker.data()).contains("\"beforeCommit\"", "\"afterCommit\"", "\"afterCompletion\"")
			.hasSize(sentBefore ? 4 : 3);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendInACallbackAfterTheCommitIsNotOvertakenByOneAfterTheCompletion(boolean commit) {
		inTransaction(() -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					TransactionalSendsTests.this.realtime.send("post_1", "afterCommit");
				}

				@Override
				public void afterCompletion(int status) {
					TransactionalSendsTests.this.realtime.send("post_1", "afterCompletion");
					TransactionalSendsTests.this.realtime.send("post_1", "the last");
				}

			});
			if (!commit) {
				this.realtime.send("post_1", "rolled back");
				rollback();
			}
		});
		if (commit) {
			assertThat(this.broker.data()).containsExactly("\"afterCommit\"", "\"afterCompletion\"", "\"the last\"");
		}
		else {
			assertThat(this.broker.data()).containsExactly("\"afterCompletion\"", "\"the last\"");
		}
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
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

	private void withListener(TransactionPhase phase, Consumer<String> listener,
			Consumer<GenericApplicationContext> inside) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			TransactionalApplicationListener<PayloadApplicationEvent<String>> transactional = TransactionalApplicationListener
				.forPayload(phase, listener);
			context.addApplicationListener(transactional);
			context.refresh();
			inTransaction(() -> inside.accept(context));
		}
	}

	private void inTransaction(Runnable work) {
		inTransaction(TransactionDefinition.PROPAGATION_REQUIRED, work);
	}

	private void inTransaction(int propagation, Runnable work) {
		TransactionTemplate template = new TransactionTemplate(this.transactions);
		template.setPropagationBehavior(propagation);
		try {
			template.executeWithoutResult((status) -> work.run());
		}
		catch (Rollback ex) {
			// As wished
		}
	}

	private static void rollback() {
		throw new Rollback();
	}

	private int votesOnAnotherConnection() {
		try (Connection connection = this.dataSource.getConnection();
				ResultSet votes = connection.createStatement().executeQuery("select count(*) from vote")) {
			votes.next();
			return votes.getInt(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Rollback extends RuntimeException {

	}

}
