package io.github.realtime.broker.redis;

import java.util.ArrayList;
import java.util.List;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.InstanceMessage.TakeOver;
import io.github.realtime.testing.Redis;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for several applications on one Redis, each with a {@link RedisBroker} of its
 * own. Pub/sub channels know nothing of databases.
 */
class RedisTenancyTests {

	private static RedisServer server;

	private final List<Instance> instances = new ArrayList<>();

	@BeforeAll
	static void startServer() {
		server = RedisServer.start(Redis.any());
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void empty() {
		server.cli("FLUSHALL");
	}

	@AfterEach
	void closeInstances() {
		this.instances.forEach(Instance::close);
	}

	private Instance instance(String namespace, int database) {
		Instance instance = new Instance(server, namespace, database, Instance.PATIENCE);
		this.instances.add(instance);
		return instance;
	}

	@ParameterizedTest
	@CsvSource({ "shop, 0, blog, 0", "shop, 0, shop:eu, 0", "a:instances, 0, a, 0", "shop, 0, shop, 1",
			"shop, 3, shop, 4" })
	void applicationsThatShareARedisNeverSeeEachOther(String namespace, int database, String otherNamespace,
			int otherDatabase) {
		Instance one = instance(namespace, database).subscribe("post_1");
		Instance other = instance(otherNamespace, otherDatabase).subscribe("post_1");
		Position first = Instance.get(one.sendAsync("post_1", "one", "key"));
		one.send("post_1", "one more");
		Position otherFirst = Instance.get(other.sendAsync("post_1", "other", "key"));
		assertThat(otherFirst.offset()).isOne();
		assertThat(otherFirst.epoch()).isNotEqualTo(first.epoch());
		TakeOver takeOver = new TakeOver("client", "of " + namespace + database);
		TakeOver otherTakeOver = new TakeOver("client", "of " + otherNamespace + otherDatabase);
		one.broker().tell(takeOver);
		other.broker().tell(otherTakeOver);
		assertSeenAlone(one, takeOver, "one", "one more");
		assertSeenAlone(other, otherTakeOver, "other");
	}

	private static void assertSeenAlone(Instance instance, InstanceMessage message, String... texts) {
		instance.awaitText("post_1", texts[texts.length - 1]);
		await().atMost(Instance.PATIENCE).until(() -> instance.messages().contains(message));
		// Whatever is said behind all that comes after all that was said before
		Instance.get(instance.broker().history("post_1", null, 0));
		assertThat(instance.told("post_1")).allMatch(Publication.class::isInstance);
		assertThat(instance.texts("post_1")).containsExactly(texts);
		assertThat(instance.messages()).containsExactly(message);
		assertThat(Instance.get(instance.broker().history("post_1", null, 10)).publications())
			.isEqualTo(instance.publications("post_1"));
	}

}
