package io.github.realtime.broker.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.Publication;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.PresenceChange;

/**
 * A listener that remembers what it got.
 *
 * @since 0.1.0
 */
public final class Recorder implements BrokerListener {

	private final Map<String, List<Publication>> publications = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();

	private final List<PresenceChange> presence = new CopyOnWriteArrayList<>();

	private final List<String> occupancy = new CopyOnWriteArrayList<>();

	private final List<InstanceMessage> messages = new CopyOnWriteArrayList<>();

	private final AtomicInteger overlaps = new AtomicInteger();

	@Override
	public void onPublication(Publication publication) {
		AtomicInteger calls = this.active.computeIfAbsent(publication.channel(), (channel) -> new AtomicInteger());
		if (calls.incrementAndGet() > 1) {
			this.overlaps.incrementAndGet();
		}
		list(publication.channel()).add(publication);
		calls.decrementAndGet();
	}

	private List<Publication> list(String channel) {
		return this.publications.computeIfAbsent(channel, (name) -> Collections.synchronizedList(new ArrayList<>()));
	}

	@Override
	public void onPresence(PresenceChange change) {
		this.presence.add(change);
	}

	@Override
	public void onOccupied(String channel) {
		this.occupancy.add("occupied " + channel);
	}

	@Override
	public void onVacated(String channel) {
		this.occupancy.add("vacated " + channel);
	}

	@Override
	public void onInstanceMessage(InstanceMessage message) {
		this.messages.add(message);
	}

	List<PresenceChange> presence() {
		return List.copyOf(this.presence);
	}

	List<String> occupancy() {
		return List.copyOf(this.occupancy);
	}

	List<InstanceMessage> messages() {
		return List.copyOf(this.messages);
	}

	/**
	 * How many publications came while the one before was still handled.
	 */
	AtomicInteger overlaps() {
		return this.overlaps;
	}

	/**
	 * Returns what has come of a channel.
	 * @param channel the channel
	 * @return the publications, in the order in which they came
	 */
	public List<Publication> of(String channel) {
		return new ArrayList<>(list(channel));
	}

	long lastOffset(String channel) {
		List<Publication> list = list(channel);
		return list.isEmpty() ? 0 : list.get(list.size() - 1).offset();
	}

	/**
	 * Waits until so many have come, and for a moment whether there are more.
	 * @param channel the channel
	 * @param count how many
	 * @return what came
	 */
	public List<Publication> await(String channel, int count) {
		BrokerContract.await().pollInterval(Duration.ofMillis(5)).until(() -> list(channel).size() >= count);
		BrokerContract.await()
			.during(Duration.ofMillis(50))
			.pollInterval(Duration.ofMillis(25))
			.until(() -> list(channel).size() == count);
		return of(channel);
	}

}
