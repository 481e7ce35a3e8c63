package orders;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.IncompleteEventPublications;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The outbox keeps what could not be sent, and sends it later.
 */
@SpringBootTest(properties = { "spring.datasource.url=jdbc:h2:mem:orders",
		"spring.modulith.events.jdbc.schema-initialization.enabled=true", "spring.sql.init.mode=always" })
class OutboxTests {

	private static final AtomicBoolean DOWN = new AtomicBoolean(true);

	@Autowired
	private Orders orders;

	@Autowired
	private RealtimeTemplate realtime;

	@Autowired
	private IncompleteEventPublications publications;

	@Autowired
	private JdbcTemplate jdbc;

	@Test
	void sendWhenTheBrokerIsDownThenIsRepeatedByAResubmission() {
		this.jdbc.execute("create table shipment (id varchar(10))");
		this.orders.ship("42");
		Awaitility.await().untilAsserted(() -> assertThat(Unreliable.failures).isPositive());
		assertThat(incomplete()).isOne();
		assertThat(this.realtime.channel("order_42").history(10)).isEmpty();
		DOWN.set(false);
		this.publications.resubmitIncompletePublicationsOlderThan(Duration.ZERO);
		Awaitility.await().untilAsserted(() -> assertThat(incomplete()).isZero());
		assertThat(this.realtime.channel("order_42").history(10)).hasSize(1);
	}

	private int incomplete() {
		return this.jdbc.queryForObject("select count(*) from event_publication where completion_date is null",
				Integer.class);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Unreliable {

		static volatile int failures;

		@Bean(destroyMethod = "close")
		MemoryBroker reliable() {
			return new MemoryBroker((channel) -> new HistoryPolicy(10, 10_000, Duration.ofMinutes(1)));
		}

		@Bean
		@Primary
		Broker broker(MemoryBroker reliable) {
			return (Broker) Proxy.newProxyInstance(Broker.class.getClassLoader(), new Class<?>[] { Broker.class },
					(proxy, method, arguments) -> {
						if (method.getName().equals("publish") && DOWN.get()) {
							failures++;
							return CompletableFuture
								.failedFuture(new RealtimeUnavailableException("Redis does not answer", null));
						}
						try {
							return method.invoke(reliable, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
