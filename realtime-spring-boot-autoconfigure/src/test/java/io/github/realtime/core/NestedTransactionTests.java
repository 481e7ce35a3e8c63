package io.github.realtime.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.Position;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends in transactions that are suspended, or nested in another.
 */
class NestedTransactionTests extends TransactionFixture {

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

}
