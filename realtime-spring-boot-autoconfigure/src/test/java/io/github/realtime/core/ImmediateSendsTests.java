package io.github.realtime.core;

import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.annotation.SendImmediately;
import io.github.realtime.autoconfigure.RealtimeAutoConfiguration;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.FakeBroker;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ImmediateSends}.
 */
class ImmediateSendsTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withUserConfiguration(Consumers.class);

	@Test
	void sendInAnAnnotatedMethodFailsAtTheCallAndIsNotHeld() {
		this.application.run((context) -> {
			context.getBean(FakeBroker.class).failWith(new RealtimeUnavailableException("no answer", null));
			Consumer consumer = context.getBean(Consumer.class);
			assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(consumer::immediate);
			Failures failures = context.getBean(Failures.class);
			assertThat(failures.count).isZero();
			consumer.afterCommit();
			assertThat(failures.count).isOne();
			assertThatExceptionOfType(RealtimeUnavailableException.class).isThrownBy(context.getBean(Job.class)::run);
		});
	}

	@Test
	void sendAfterAnAnnotatedMethodWaitsAgain() {
		this.application.run((context) -> {
			FakeBroker broker = context.getBean(FakeBroker.class);
			Consumer consumer = context.getBean(Consumer.class);
			assertThat(consumer.immediate()).isOne();
			assertThat(consumer.afterCommit()).isOne();
			assertThat(broker.published()).hasSize(2);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		FakeBroker broker() {
			return new FakeBroker();
		}

		@Bean
		Consumer consumer(RealtimeTemplate realtime, Broker broker) {
			return new Consumer(realtime, (FakeBroker) broker);
		}

		@Bean
		Job job(RealtimeTemplate realtime) {
			return new Job(realtime);
		}

		@Bean
		Failures failures() {
			return new Failures();
		}

	}

	@Transactional
	static class Consumer {

		private final RealtimeTemplate realtime;

		private final FakeBroker broker;

		Consumer(RealtimeTemplate realtime, FakeBroker broker) {
			this.realtime = realtime;
			this.broker = broker;
		}

		@SendImmediately
		int immediate() {
			return send();
		}

		int afterCommit() {
			return send();
		}

		private int send() {
			this.realtime.send("orders", "shipped");
			return this.broker.published().size();
		}

	}

	@SendImmediately
	static class Job {

		private final RealtimeTemplate realtime;

		Job(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		@Transactional
		void run() {
			this.realtime.send("orders", "shipped");
		}

	}

	static class Failures {

		int count;

		@EventListener
		void failed(RealtimeSendFailedEvent event) {
			this.count++;
		}

	}

}
