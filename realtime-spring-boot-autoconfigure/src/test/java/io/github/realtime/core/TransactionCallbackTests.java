package io.github.realtime.core;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends in listeners and callbacks of a transaction that is over.
 */
class TransactionCallbackTests extends TransactionFixture {

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
					TransactionCallbackTests.this.realtime.send("post_1", "beforeCommit");
				}

				@Override
				public void afterCommit() {
					TransactionCallbackTests.this.realtime.send("post_1", "afterCommit");
				}

				@Override
				public void afterCompletion(int status) {
					TransactionCallbackTests.this.realtime.send("post_1", "afterCompletion");
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
					TransactionCallbackTests.this.realtime.send("post_1", "afterCommit");
				}

				@Override
				public void afterCompletion(int status) {
					TransactionCallbackTests.this.realtime.send("post_1", "afterCompletion");
					TransactionCallbackTests.this.realtime.send("post_1", "the last");
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

}
