package io.github.realtime.broker.tck;

import java.time.Duration;
import java.util.List;

import io.github.realtime.Publication;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.IdempotencyRecord;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.protocol.Line;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} promises of messages between instances and of occupancy, and
 * what a broker for several instances promises besides: that an application cannot tell
 * on which of them something happens. Clients of one channel are connected to different
 * instances, and come back to another one than they were on.
 * <p>
 * The tests with two instances are skipped unless {@link #createAnotherInstance} makes
 * one.
 *
 * @since 0.1.0
 */
public abstract class InstanceContract extends AnswerContract {

	@Test
	void messageToInstancesReachesThisOneTooInTheOrderOfTheCalls() {
		List<InstanceMessage> messages = List.of(new InstanceMessage.TakeOver("c1", "1"),
				new InstanceMessage.Direct("ada", "{}"), new InstanceMessage.TakeOver("c1", "2"));
		subscribe("ready");
		messages.forEach((message) -> get(this.broker.tell(message)));
		await().untilAsserted(() -> assertThat(this.recorder.messages()).isEqualTo(messages));
	}

	@Test
	void channelThatIsOccupiedAndVacatedIsReportedOnce() {
		subscribe("ready");
		this.broker.occupy("post_1");
		await().untilAsserted(() -> assertThat(this.recorder.occupancy()).containsExactly("occupied post_1"));
		this.broker.vacate("post_1");
		await().untilAsserted(
				() -> assertThat(this.recorder.occupancy()).containsExactly("occupied post_1", "vacated post_1"));
	}

	@Test
	void instancesShareOneNumberingAndOneHistory() {
		Recorder recorder = new Recorder();
		Broker other = anotherInstance(recorder);
		get(other.subscribe("post_1"));
		subscribe("post_1");
		publish("post_1", "1");
		get(other.publish(draft("post_1", "2")));
		publish("post_1", "3");
		assertThat(recorder.await("post_1", 3)).isEqualTo(this.recorder.await("post_1", 3))
			.extracting(Publication::offset)
			.containsExactly(1L, 2L, 3L);
		assertThat(get(other.history("post_1", null, 10))).isEqualTo(history("post_1", null, 10));
	}

	@Test
	void instancesShareOneState() {
		Broker other = anotherInstance(new Recorder());
		StateEdit edit = new StateEdit.Increment("n", 1, true);
		get(this.broker.change(new StateChange("board_1", List.of(edit))));
		get(other.change(new StateChange("board_1", List.of(edit))));
		assertThat(get(this.broker.snapshot("board_1", null, 10))).isEqualTo(get(other.snapshot("board_1", null, 10)));
		assertThat(get(other.value("board_1", "n"))).isNotNull()
			.satisfies((entry) -> assertThat(entry.value()).isEqualTo(Line.of("2")));
	}

	@Test
	void memberOfOneInstanceIsSeenOnTheOther() {
		Recorder recorder = new Recorder();
		Broker other = anotherInstance(recorder);
		get(other.subscribe("chat_1"));
		get(this.broker.enter("chat_1", "a", "1", Line.of("\"A\"")));
		assertThat(get(other.members("chat_1", null, 10)).members()).containsExactly(Line.of("\"A\""));
		await().untilAsserted(() -> assertThat(recorder.presence()).isNotEmpty());
	}

	@Test
	void callThatIsBegunOnOneInstanceIsAwaitedOnTheOther() {
		Broker other = anotherInstance(new Recorder());
		assertThat(get(this.broker.beginAnswer("c1", "op"))).isEqualTo(IdempotencyRecord.NONE);
		assertThat(get(other.beginAnswer("c1", "op"))).isEqualTo(IdempotencyRecord.AWAITED);
		get(this.broker.keepAnswer("c1", "op", "done"));
		assertThat(get(other.beginAnswer("c1", "op"))).isEqualTo(IdempotencyRecord.given("done"));
	}

	@Test
	void taskThatIsClaimedByOneInstanceIsRefusedToTheOtherUntilItIsReleased() {
		Broker other = anotherInstance(new Recorder());
		assertThat(get(this.broker.claim("board_1", "load", Duration.ofMinutes(1)))).isTrue();
		assertThat(get(other.claim("board_1", "load", Duration.ofMinutes(1)))).isFalse();
		assertThat(get(other.claim("board_1", "another", Duration.ofMinutes(1)))).isTrue();
		this.broker.release("board_1", "load");
		await().until(() -> get(other.claim("board_1", "load", Duration.ofMinutes(1))));
	}

	@Test
	void channelIsVacatedWhenTheLastInstanceHasNoClients() {
		Recorder recorder = new Recorder();
		Broker other = anotherInstance(recorder);
		this.broker.occupy("post_1");
		await().untilAsserted(() -> assertThat(this.recorder.occupancy()).containsExactly("occupied post_1"));
		other.occupy("post_1");
		other.occupy("post_2");
		await().until(() -> recorder.occupancy().contains("occupied post_2"));
		this.broker.vacate("post_1");
		this.broker.occupy("post_3");
		await().until(() -> this.recorder.occupancy().contains("occupied post_3"));
		assertThat(recorder.occupancy()).containsExactly("occupied post_2");
		assertThat(this.recorder.occupancy()).doesNotContain("vacated post_1");
		other.vacate("post_1");
		await().until(() -> recorder.occupancy().contains("vacated post_1"));
	}

}
