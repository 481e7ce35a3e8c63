package io.github.realtime.core;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.broker.FakeBroker;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalApplicationListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What tests of sends in transactions need: a table of votes, and a template with a
 * broker that remembers what it was given.
 */
@Timeout(30)
abstract class TransactionFixture {

	final JdbcDataSource dataSource = new JdbcDataSource();

	final FakeBroker broker = new FakeBroker();

	final List<RealtimeSendFailedEvent> failures = new ArrayList<>();

	final RealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.builder().build(), 1000,
			(event) -> this.failures.add((RealtimeSendFailedEvent) event));

	JdbcTransactionManager transactions;

	JdbcTemplate jdbc;

	@BeforeEach
	void createTable() {
		this.dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		this.transactions = new JdbcTransactionManager(this.dataSource);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("create table vote (id int)");
	}

	void withListener(TransactionPhase phase, Consumer<String> listener, Consumer<GenericApplicationContext> inside) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			TransactionalApplicationListener<PayloadApplicationEvent<String>> transactional = TransactionalApplicationListener
				.forPayload(phase, listener);
			context.addApplicationListener(transactional);
			context.refresh();
			inTransaction(() -> inside.accept(context));
		}
	}

	void inTransaction(Runnable work) {
		inTransaction(TransactionDefinition.PROPAGATION_REQUIRED, work);
	}

	void inTransaction(int propagation, Runnable work) {
		TransactionTemplate template = new TransactionTemplate(this.transactions);
		template.setPropagationBehavior(propagation);
		try {
			template.executeWithoutResult((status) -> work.run());
		}
		catch (Rollback ex) {
			// As wished
		}
	}

	static void rollback() {
		throw new Rollback();
	}

	int votesOnAnotherConnection() {
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
