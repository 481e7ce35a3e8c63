package io.github.realtime.broker.redis;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a server that has lost what it had.
 */
@Tag("processes")
class RedisLossTests {

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = this.redis.get();

	private RedisInstance instance(String... channels) {
		return this.redis.open(new RedisInstance(this.server).subscribe(channels));
	}

	@Test
	void listenersWhenRedisIsEmptiedUnderLoadAreToldOfItAndGoOn() {
		RedisInstance one = instance("busy", "quiet");
		RedisInstance two = instance("busy", "quiet");
		Position before = one.send("quiet", "before");
		Load load = this.redis.open(new Load(List.of(one, two), "busy"));
		this.server.cli("FLUSHALL");
		load.awaitSuccess();
		load.close();
		assertNewEpoch(before.epoch(), "quiet", one, two);
		assertNewEpoch(one.publications("busy").get(0).position().epoch(), "busy", one, two);
	}

	@Test
	void listenersWhenRedisIsRestartedEmptyAreToldOfItAndGoOn() {
		RedisInstance one = instance("busy", "quiet");
		RedisInstance two = instance("busy", "quiet");
		Position before = one.send("quiet", "before");
		Load load = this.redis.open(new Load(List.of(one, two), "busy"));
		this.server.restartEmpty();
		load.awaitSuccess();
		load.close();
		assertNewEpoch(before.epoch(), "quiet", one, two);
		assertNewEpoch(one.publications("busy").get(0).position().epoch(), "busy", one, two);
	}

	@Test
	void listenersWhenRedisComesBackWithOlderDataAreToldOfItAndGoOn() {
		RedisInstance one = instance("busy", "quiet");
		RedisInstance two = instance("busy", "quiet");
		one.send("quiet", "kept");
		one.send("busy", "kept");
		Path copy = this.server.copyData();
		Position lost = one.send("quiet", "lost");
		Load load = this.redis.open(new Load(List.of(one, two), "busy"));
		this.server.restartWith(copy);
		load.awaitSuccess();
		load.close();
		assertNewEpoch(lost.epoch(), "quiet", one, two);
		assertNewEpoch(one.publications("busy").get(0).position().epoch(), "busy", one, two);
	}

	@Test
	void listenerWhenRedisWasEmptiedAndGetsAnOldCopyBackGetsNoOffsetTwice() {
		RedisInstance listener = instance("post_1");
		listener.send("post_1", "kept");
		Path copy = this.server.copyData();
		Position lost = listener.send("post_1", "lost");
		this.server.cli("FLUSHALL");
		Position between = listener.send("post_1", "between");
		assertThat(between.epoch()).isNotEqualTo(lost.epoch());
		listener.awaitGap("post_1");
		this.server.restartWith(copy);
		await().atMost(RedisInstance.PATIENCE).until(() -> listener.gaps("post_1").size() == 2);
		Position after = listener.send("post_1", "after");
		assertThat(after.epoch()).isNotIn(lost.epoch(), between.epoch());
		listener.awaitText("post_1", "after");
		listener.assertInOrder("post_1");
	}

	@Test
	void listenerWhenItAloneKnowsThatRedisHadMoreIsToldOfItAndGetsNoOffsetTwice() {
		RedisInstance sender = instance();
		RedisInstance listener = instance("post_1");
		sender.send("post_1", "1");
		sender.send("post_1", "2");
		Path copy = this.server.copyData();
		Position lost = sender.send("post_1", "lost");
		listener.awaitText("post_1", "lost");
		sender.close();
		this.server.restartWith(copy);
		assertNewEpoch(lost.epoch(), "post_1", listener, instance());
	}

	@ParameterizedTest
	@ValueSource(strings = { "none_1", "few_1" })
	void listenerWhenItMissedMoreThanIsKeptIsToldOfItAndGoesOn(String channel) {
		RedisInstance sender = instance();
		RedisInstance away = instance(channel);
		sender.send(channel, "before");
		away.awaitText(channel, "before");
		away.proxy().down();
		for (int i = 0; i < 5; i++) {
			sender.send(channel, "lost");
		}
		away.proxy().up();
		assertThat(away.awaitGap(channel).offset()).isEqualTo(6);
		sender.send(channel, "after");
		away.awaitText(channel, "after");
		assertThat(away.texts(channel)).containsExactly("before", "after");
		assertThat(away.gaps(channel)).hasSize(1);
	}

	@Test
	void listenerWhenItFailsIsToldWhatComesNextAllTheSame() {
		RedisInstance sender = instance();
		AtomicInteger calls = new AtomicInteger();
		List<String> told = new CopyOnWriteArrayList<>();
		RedisInstance listener = instance();
		listener.broker().listen(new BrokerListener() {

			@Override
			public void onPublication(Publication publication) {
				told.add(publication.data().stringValue());
				if (calls.incrementAndGet() == 1) {
					throw new StackOverflowError("on purpose");
				}
			}

			@Override
			public void onGap(String channel, Position top) {
				told.add("gap");
				throw new IllegalStateException("on purpose");
			}

		});
		listener.subscribe("post_1");
		sender.send("post_1", "1");
		sender.send("post_1", "2");
		await().atMost(RedisInstance.PATIENCE).until(() -> told.equals(List.of("1", "2")));
		this.server.cli("FLUSHALL");
		sender.send("post_1", "lost");
		await().atMost(RedisInstance.PATIENCE).until(() -> told.contains("gap"));
		sender.send("post_1", "3");
		await().atMost(RedisInstance.PATIENCE).until(() -> told.equals(List.of("1", "2", "gap", "3")));
	}

	/**
	 * Checks that all were told that the channel begins anew, and that they get what is
	 * sent from then on.
	 */
	private static void assertNewEpoch(String before, String channel, RedisInstance... instances) {
		for (RedisInstance instance : instances) {
			if (!instance.told(channel).isEmpty()) {
				assertThat(instance.awaitGap(channel).epoch()).isNotEqualTo(before);
			}
		}
		String text = "after " + instances.length;
		for (RedisInstance instance : instances) {
			assertThat(instance.send(channel, text).epoch()).isNotEqualTo(before);
		}
		for (RedisInstance instance : instances) {
			if (!instance.told(channel).isEmpty()) {
				await().atMost(RedisInstance.PATIENCE)
					.until(() -> instance.texts(channel).stream().filter(text::equals).count() == instances.length);
				instance.assertInOrder(channel);
			}
		}
	}

}
