package io.github.realtime.broker.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.broker.redis.RedisInstance.Gap;
import io.github.realtime.testing.Patience;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sends that go on all the time: through each of several instances to each of several
 * channels, one after the other. Every text is sent once.
 */
final class Load implements AutoCloseable {

	/** How long a send may take, on a machine that has other things to do. */
	private static final Duration LIMIT = RedisInstance.TIMEOUT.plus(Patience.ENOUGH);

	private final List<RedisInstance> instances;

	private final List<String> channels;

	private final List<Sender> senders = new ArrayList<>();

	private volatile boolean ended;

	Load(List<RedisInstance> instances, String... channels) {
		this.instances = instances;
		this.channels = List.of(channels);
		for (int i = 0; i < instances.size(); i++) {
			for (String channel : channels) {
				Sender sender = new Sender(instances.get(i), channel, i + "/" + channel + "/");
				this.senders.add(sender);
				sender.start();
			}
		}
		awaitSuccess();
	}

	/**
	 * Waits until a send that began after this call has succeeded everywhere.
	 */
	void awaitSuccess() {
		long now = System.nanoTime();
		await("sends succeed").atMost(RedisInstance.PATIENCE)
			.until(() -> this.senders.stream().allMatch((sender) -> sender.lastSuccess - now > 0));
	}

	/**
	 * Waits until a send has failed everywhere.
	 */
	void awaitFailure() {
		await("sends fail").atMost(RedisInstance.PATIENCE)
			.until(() -> this.senders.stream().allMatch((sender) -> sender.failures > 0));
	}

	List<Send> sends() {
		return this.senders.stream().flatMap((sender) -> sender.sends().stream()).toList();
	}

	/**
	 * Ends it, and checks that every send came to an end in time, and that every listener
	 * was told of everything that was sent, once and in order.
	 */
	void assertNothingLost() {
		close();
		assertInTime();
		for (String channel : this.channels) {
			Position top = RedisInstance.get(this.instances.get(0).broker().history(channel, null, 0)).top();
			for (RedisInstance instance : this.instances) {
				await(channel + " up to " + top).atMost(RedisInstance.PATIENCE).until(() -> {
					List<Publication> told = instance.publications(channel);
					return !told.isEmpty() && told.get(told.size() - 1).offset() >= top.offset();
				});
				assertTold(instance, channel, top);
			}
		}
	}

	private void assertTold(RedisInstance instance, String channel, Position top) {
		assertThat(instance.gaps(channel)).as("gaps").isEmpty();
		List<Publication> told = instance.publications(channel);
		assertThat(told).extracting(Publication::position)
			.containsExactlyElementsOf(LongStream.rangeClosed(1, top.offset())
				.mapToObj((offset) -> new Position(top.epoch(), offset))
				.toList());
		Map<String, Position> positions = told.stream()
			.collect(Collectors.toMap((publication) -> publication.data().stringValue(), Publication::position));
		assertThat(sends().stream().filter((send) -> send.channel().equals(channel) && send.position() != null))
			.allSatisfy((send) -> assertThat(positions.get(send.text())).as(send.text()).isEqualTo(send.position()));
	}

	private void assertInTime() {
		assertThat(sends()).allSatisfy((send) -> {
			assertThat(send.duration()).as(send.text()).isLessThan(LIMIT);
			if (send.position() == null) {
				assertThat(send.failure()).as(send.text()).isInstanceOf(RealtimeUnavailableException.class);
			}
		});
	}

	/**
	 * Ends it, and checks that every send came to an end in time, and that every listener
	 * was told of everything that was sent, once and in order, or of a gap in its place.
	 */
	void assertLossTold() {
		close();
		assertInTime();
		for (String channel : this.channels) {
			awaitLast(channel);
			for (RedisInstance instance : this.instances) {
				instance.assertInOrder(channel);
				assertThat(instance.texts(channel)).doesNotHaveDuplicates();
				List<Object> told = instance.told(channel);
				assertThat(sends().stream().filter((send) -> send.channel().equals(channel) && send.position() != null))
					.allSatisfy((send) -> assertThat(isTold(send, told)).as(send.text()).isTrue());
			}
		}
	}

	private void awaitLast(String channel) {
		// Again and again: one that comes while a loss is noticed belongs to the gap
		await("the last on " + channel).atMost(RedisInstance.PATIENCE).until(() -> {
			this.instances.get(0).send(channel, "last " + System.nanoTime());
			return this.instances.stream()
				.allMatch((instance) -> instance.texts(channel).stream().anyMatch((text) -> text.startsWith("last")));
		});
	}

	private static boolean isTold(Send send, List<Object> told) {
		Position before = null;
		for (Object next : told) {
			if (next instanceof Gap gap) {
				if (isIn(before, gap.top(), send.position())) {
					return true;
				}
				before = gap.top();
			}
			else {
				Publication publication = (Publication) next;
				if (publication.position().equals(send.position())
						&& publication.data().stringValue().equals(send.text())) {
					return true;
				}
				before = publication.position();
			}
		}
		return false;
	}

	/**
	 * Where a gap leads to a new epoch, offsets of the one before may have been given out
	 * twice, and only one of the two was told.
	 */
	private static boolean isIn(@Nullable Position before, Position top, Position position) {
		boolean earlier = before != null && before.epoch().equals(top.epoch()) && position.offset() <= before.offset();
		boolean later = position.offset() > top.offset();
		return !position.epoch().equals(top.epoch()) || (!earlier && !later);
	}

	@Override
	public void close() {
		this.ended = true;
		this.senders.forEach(Sender::end);
	}

	/**
	 * What became of a send.
	 *
	 * @param position where it is, if it succeeded
	 * @param failure what was thrown, if it did not
	 * @param begun {@link System#nanoTime()}
	 */
	record Send(String channel, String text, @Nullable Position position, @Nullable RuntimeException failure,
			long begun, Duration duration) {
	}

	private final class Sender extends Thread {

		private final RedisInstance instance;

		private final String channel;

		private final String prefix;

		private final List<Send> sends = new ArrayList<>();

		private volatile long lastSuccess = System.nanoTime();

		private volatile int failures;

		Sender(RedisInstance instance, String channel, String prefix) {
			super(prefix);
			this.instance = instance;
			this.channel = channel;
			this.prefix = prefix;
			setDaemon(true);
		}

		@Override
		public void run() {
			for (int i = 1; !Load.this.ended; i++) {
				Send send = send(this.prefix + i);
				synchronized (this.sends) {
					this.sends.add(send);
				}
				if (send.position() != null) {
					this.lastSuccess = send.begun();
				}
				else {
					this.failures++;
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
			}
		}

		private Send send(String text) {
			long begun = System.nanoTime();
			Position position = null;
			RuntimeException failure = null;
			try {
				position = RedisInstance.get(this.instance.sendAsync(this.channel, text));
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			return new Send(this.channel, text, position, failure, begun, Duration.ofNanos(System.nanoTime() - begun));
		}

		List<Send> sends() {
			synchronized (this.sends) {
				return List.copyOf(this.sends);
			}
		}

		void end() {
			try {
				join();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
