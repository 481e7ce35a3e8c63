package io.github.realtime.broker.redis;

import io.github.realtime.Position;
import io.github.realtime.testing.RedisServer;
import io.github.realtime.testing.Resources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisBroker} with a replica that took over, and gave out offsets that
 * its master had given out as well.
 */
@Tag("processes")
class RedisForkTests {

	@RegisterExtension
	final Resources resources = new Resources();

	private final RedisServer master = this.resources.open(RedisServer.start());

	private final RedisServer replica = this.resources.open(RedisServer.start());

	private final RedisInstance one = this.resources.open(new RedisInstance(this.master));

	@BeforeEach
	void replicate() {
		this.replica.cli("REPLICAOF", this.master.host(), Integer.toString(this.master.port()));
		await().until(() -> this.replica.cli("INFO", "replication").contains("master_link_status:up"));
	}

	@Test
	void listenerWhenOthersWentOnFromLessIsToldOfAGap() {
		this.one.subscribe("post_1");
		Position common = send(this.one, 5);
		promote();
		this.one.awaitText("post_1", send(this.one, 3).offset() + "");
		this.one.proxy().down();
		assertThat(send(this.resources.open(new RedisInstance(this.replica)), 10)).as("the same numbering")
			.isEqualTo(new Position(common.epoch(), 15));
		turn();
		assertThat(this.one.awaitGap("post_1").epoch()).isNotEqualTo(common.epoch());
		this.one.send("post_1", "next");
		this.one.awaitText("post_1", "next");
		this.one.assertInOrder("post_1");
		assertThat(this.one.publications("post_1")).hasSize(9);
	}

	@Test
	void senderWhenOthersWentOnFromLessBeginsANewEpoch() {
		Position common = send(this.one, 5);
		promote();
		send(this.one, 3);
		this.one.proxy().down();
		RedisInstance other = this.resources.open(new RedisInstance(this.replica));
		assertThat(send(other, 10)).isEqualTo(new Position(common.epoch(), 15));
		turn();
		Position next = this.one.send("post_1", "next");
		assertThat(next.epoch()).isNotEqualTo(common.epoch());
		assertThat(other.send("post_1", "next").epoch()).isEqualTo(next.epoch());
	}

	@Test
	void listenerWhenNothingIsLostGoesOn() {
		this.one.subscribe("post_1");
		Position common = send(this.one, 5);
		promote();
		this.one.proxy().down();
		send(this.resources.open(new RedisInstance(this.replica)), 5);
		turn();
		assertThat(this.one.send("post_1", "next")).isEqualTo(new Position(common.epoch(), 11));
		this.one.awaitText("post_1", "next");
		this.one.assertInOrder("post_1");
		assertThat(this.one.gaps("post_1")).isEmpty();
	}

	private void promote() {
		assertThat(this.master.cli("WAIT", "1", "30000")).isEqualTo("1");
		this.replica.cli("REPLICAOF", "NO", "ONE");
	}

	private void turn() {
		this.one.proxy().target(this.replica.port());
		this.one.proxy().up();
	}

	/**
	 * Sends texts that tell their offsets.
	 */
	private static Position send(RedisInstance instance, int count) {
		Position last = null;
		for (int i = 0; i < count; i++) {
			long offset = RedisInstance.get(instance.broker().history("post_1", null, 0)).top().offset() + 1;
			last = instance.send("post_1", Long.toString(offset));
		}
		return last;
	}

}
