package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.realtime.testing.Direction;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with connections that look alive and are not.
 */
@Tag("processes")
class RedisSilenceTests {

	/** What README and issue promise of a pub/sub connection that is silently dead. */
	private static final Duration NOTICED = Duration.ofSeconds(5);

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = this.redis.get();

	private RedisInstance instance(String... channels) {
		return this.redis.open(new RedisInstance(this.server).subscribe(channels));
	}

	@Test
	void listenerWhenItsConnectionIsDeafGetsEverythingWithinFiveSeconds() {
		RedisInstance sender = instance();
		RedisInstance deaf = instance("post_1", "post_2");
		sender.send("post_1", "before");
		deaf.awaitText("post_1", "before");
		deaf.ears().forEach((link) -> link.silence(Direction.TO_CLIENT));
		sender.send("post_1", "1");
		sender.send("post_2", "2");
		// The rest is for what depends on the machine. Later than it waits here, each
		// channel would be looked at anyway
		assertThat(Duration.ofNanos(PubSubConnection.DEAD)).isLessThanOrEqualTo(NOTICED.dividedBy(2));
		await().until(() -> deaf.texts("post_1").contains("1") && deaf.texts("post_2").contains("2"));
		sender.send("post_1", "after");
		deaf.awaitText("post_1", "after");
		assertThat(deaf.texts("post_1")).containsExactly("before", "1", "after");
		assertThat(deaf.texts("post_2")).containsExactly("2");
		assertThat(deaf.gaps("post_1")).isEmpty();
	}

	@Test
	void listenerWhenItsConnectionIsDeafFromTheStartGetsWhatItSubscribesTo() {
		RedisInstance sender = instance();
		RedisInstance deaf = this.redis.open(new RedisInstance(this.server));
		deaf.proxy().whenSent("SUBSCRIBE", (link) -> {
			if (deaf.ears().size() == 1) {
				link.silence(Direction.TO_CLIENT);
			}
		});
		await().atMost(RedisInstance.PATIENCE).ignoreExceptions().until(() -> deaf.subscribe("post_1") != null);
		sender.send("post_1", "1");
		deaf.awaitText("post_1", "1");
	}

	@Test
	void subscribeWhenTheServerStopsHearingItSucceedsInTheEnd() {
		RedisInstance sender = instance();
		RedisInstance mute = instance("post_1");
		mute.ears().forEach((link) -> link.silence(Direction.TO_SERVER));
		await().atMost(RedisInstance.PATIENCE).ignoreExceptions().until(() -> mute.subscribe("post_2") != null);
		sender.send("post_1", "1");
		sender.send("post_2", "2");
		mute.awaitText("post_1", "1");
		mute.awaitText("post_2", "2");
		assertThat(mute.gaps("post_1")).isEmpty();
	}

	@Test
	void connectionsWhenNothingIsSentStayThoseTheyWere() {
		RedisInstance idle = instance("post_1");
		int before = idle.proxy().accepted();
		await().pollDelay(4, TimeUnit.SECONDS).until(() -> true);
		assertThat(idle.proxy().accepted()).isEqualTo(before);
	}

}
