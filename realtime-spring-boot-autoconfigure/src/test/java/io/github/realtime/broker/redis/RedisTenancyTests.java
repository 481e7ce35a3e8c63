package io.github.realtime.broker.redis;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.InstanceMessage.TakeOver;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for several applications on one Redis, each with a {@link RedisBroker} of its
 * own. Pub/sub channels know nothing of databases.
 */
class RedisTenancyTests {

	@RegisterExtension
	static final RedisExtension<RedisServer> redis = RedisExtension.server();

	private final RedisServer server = redis.get();

	@BeforeEach
	void empty() {
		this.server.cli("FLUSHALL");
	}

	private RedisInstance instance(String namespace, int database) {
		return redis.open(new RedisInstance(this.server, namespace, database, RedisInstance.PATIENCE));
	}

	@ParameterizedTest
	@CsvSource({ "shop, 0, blog, 0", "shop, 0, shop:eu, 0", "a:instances, 0, a, 0", "shop, 0, shop, 1",
			"shop, 3, shop, 4" })
	void applicationsThatShareARedisNeverSeeEachOther(String namespace, int database, String otherNamespace,
			int otherDatabase) {
		RedisInstance one = instance(namespace, database).subscribe("post_1");
		RedisInstance other = instance(otherNamespace, otherDatabase).subscribe("post_1");
		Position first = RedisInstance.get(one.sendAsync("post_1", "one", "key"));
		one.send("post_1", "one more");
		Position otherFirst = RedisInstance.get(other.sendAsync("post_1", "other", "key"));
		assertThat(otherFirst.offset()).isOne();
		assertThat(otherFirst.epoch()).isNotEqualTo(first.epoch());
		TakeOver takeOver = new TakeOver("client", "of " + namespace + database);
		TakeOver otherTakeOver = new TakeOver("client", "of " + otherNamespace + otherDatabase);
		one.broker().tell(takeOver);
		other.broker().tell(otherTakeOver);
		assertSeenAlone(one, takeOver, "one", "one more");
		assertSeenAlone(other, otherTakeOver, "other");
	}

	private static void assertSeenAlone(RedisInstance instance, InstanceMessage message, String... texts) {
		instance.awaitText("post_1", texts[texts.length - 1]);
		await().atMost(RedisInstance.PATIENCE).until(() -> instance.messages().contains(message));
		// Whatever is said behind all that comes after all that was said before
		RedisInstance.get(instance.broker().history("post_1", null, 0));
		assertThat(instance.told("post_1")).allMatch(Publication.class::isInstance);
		assertThat(instance.texts("post_1")).containsExactly(texts);
		assertThat(instance.messages()).containsExactly(message);
		assertThat(RedisInstance.get(instance.broker().history("post_1", null, 10)).publications())
			.isEqualTo(instance.publications("post_1"));
	}

}
