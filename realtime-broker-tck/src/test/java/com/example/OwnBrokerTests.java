package com.example;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.realtime.broker.Broker;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.broker.tck.BrokerTck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An example of how somebody tests a broker of their own, in a package of their own: this
 * one counts calls, and leaves the rest to a {@link MemoryBroker}. It has no clock that a
 * test could move, so that tests for which time must pass are skipped.
 */
class OwnBrokerTests extends BrokerTck {

	private final AtomicInteger calls = new AtomicInteger();

	private MemoryBroker memory;

	@Override
	protected Broker createBroker(Function<String, HistoryPolicy> policies, Function<String, StatePolicy> states) {
		this.memory = new MemoryBroker(policies, states);
		return (Broker) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Broker.class },
				(proxy, method, arguments) -> {
					this.calls.incrementAndGet();
					try {
						return method.invoke(this.memory, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	@Override
	protected void elapse(Duration time) {
		Assumptions.abort("The clock cannot be moved");
	}

	@AfterEach
	void close() {
		this.memory.close();
		assertThat(this.calls).hasPositiveValue();
	}

}
