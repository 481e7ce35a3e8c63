/**
 * Tests that every {@link io.github.realtime.broker.Broker} passes: what an
 * implementation has to promise, why, and whether it does.
 * <p>
 * To run them for a broker of your own, add {@code realtime-broker-tck} with the scope
 * {@code test} and extend {@link io.github.realtime.broker.tck.BrokerTck}:
 * <pre class="code">
 * class MyBrokerTests extends BrokerTck {
 *
 * 	private final MyClock clock = new MyClock();
 *
 * 	&#64;AutoClose
 * 	private MyBroker myBroker;
 *
 * 	&#64;Override
 * 	protected Broker createBroker(Function&lt;String, HistoryPolicy&gt; policies,
 * 			Function&lt;String, StatePolicy&gt; states) {
 * 		this.myBroker = new MyBroker(policies, states, this.clock);
 * 		return this.myBroker;
 * 	}
 *
 * 	&#64;Override
 * 	protected void elapse(Duration time) {
 * 		this.clock.advance(time);
 * 	}
 *
 * }
 * </pre>
 * <ul>
 * <li>{@code createBroker} is called before each test and returns a broker with nothing
 * in it. Channel names begin with {@code few_}, {@code small_}, {@code brief_} or
 * {@code none_} where a test is about a bound, so that a broker must ask the policies for
 * each channel.</li>
 * <li>{@code elapse} lets as much time pass, without waiting. A broker with a clock moves
 * it; one that stores times in a database moves what is stored; one that can do neither
 * aborts, and the tests for which time must pass are skipped.</li>
 * <li>{@code createAnotherInstance} is optional: a broker for several instances makes a
 * second one that shares all data.</li>
 * </ul>
 * The tests do not make a database fail. What a broker does when the connection is lost
 * is its own to test: futures whose outcome is unknown fail with
 * {@link io.github.realtime.RealtimeUnavailableException}, and the listener is told of
 * publications that it can't get any more with
 * {@link io.github.realtime.broker.BrokerListener#onGap}.
 */
@NullMarked
package io.github.realtime.broker.tck;

import org.jspecify.annotations.NullMarked;
