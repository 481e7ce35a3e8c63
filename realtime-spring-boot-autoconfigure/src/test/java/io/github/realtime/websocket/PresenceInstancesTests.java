package io.github.realtime.websocket;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisExtension;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Presence on three instances of which one is killed, with clients that crash, leave and
 * reload their pages.
 */
@Tag("processes")
class PresenceInstancesTests {

	private static final String CHANNEL = "lobby";

	private static final int CLIENTS = 300;

	private static final int STEPS = 400;

	@RegisterExtension
	final RedisExtension<RedisServer> redis = RedisExtension.server("appendfsync no");

	private final List<InstanceProcess> instances = Stream.generate(this::instance).limit(3).toList();

	private final List<Person> persons = new ArrayList<>();

	private final List<Observer> observers = new ArrayList<>();

	private InstanceProcess instance() {
		return this.redis.open(InstanceProcess.start(this.redis.get(), "realtime.channels[0].pattern=*",
				"realtime.channels[0].presence=true", "realtime.presence.grace=8s"));
	}

	@AfterEach
	void stop() {
		this.observers.forEach((observer) -> observer.client.close());
		this.persons.forEach((person) -> person.client.close());
	}

	@Test
	void instancesAgreeWithTheTruthAndWhoOnlyReloadsIsNeverGone() {
		long seed = System.nanoTime();
		System.out.println("presence on three instances, seed " + seed);
		Random random = new Random(seed);
		this.instances.forEach((instance) -> this.observers.add(new Observer(instance)));
		for (int i = 0; i < CLIENTS; i++) {
			this.persons.add(new Person(this.instances.get(i % 3)));
		}
		Set<Person> there = new HashSet<>(this.persons);
		Set<Person> faithful = new HashSet<>(this.persons);
		for (int step = 0; step < STEPS; step++) {
			Person person = this.persons.get(random.nextInt(CLIENTS));
			switch (random.nextInt(4)) {
				case 0 -> {
					person.client.abort();
					there.remove(person);
					faithful.remove(person);
				}
				case 1 -> {
					if (there.remove(person)) {
						person.client.unsubscribe(CHANNEL);
						person.client.abort();
					}
					faithful.remove(person);
				}
				default -> {
					person.reload(this.instances.get(random.nextInt(3)));
					there.add(person);
				}
			}
		}
		InstanceProcess doomed = this.instances.get(2);
		List<Person> orphans = this.persons.stream().filter((person) -> person.instance == doomed).toList();
		doomed.kill();
		for (Person orphan : orphans) {
			if (there.contains(orphan) && random.nextBoolean()) {
				orphan.reload(this.instances.get(random.nextInt(2)));
			}
			else {
				there.remove(orphan);
				faithful.remove(orphan);
			}
		}
		List<Observer> left = this.observers.subList(0, 2);
		Set<String> truth = there.stream().map((person) -> person.id).collect(Collectors.toSet());
		left.forEach((observer) -> truth.add(observer.client.clientId()));
		await().atMost(Patience.PLENTY).untilAsserted(() -> {
			for (int i = 0; i < 2; i++) {
				assertThat(this.instances.get(i).members(CHANNEL)).isEqualTo(truth);
			}
		});
		Set<String> faithfulIds = faithful.stream().map((person) -> person.id).collect(Collectors.toSet());
		for (Observer observer : left) {
			await().atMost(Patience.ENOUGH).untilAsserted(() -> assertThat(observer.seen()).isEqualTo(truth));
			assertThat(observer.gone).doesNotContainAnyElementsOf(faithfulIds);
		}
		assertThat(faithful).as("some of those who only reloaded").hasSizeGreaterThan(20);
	}

	/**
	 * A tab, which goes on as the same client when it is reloaded.
	 */
	private static final class Person {

		private final String id;

		private final String token;

		private RawClient client;

		private InstanceProcess instance;

		private Person(InstanceProcess instance) {
			this.instance = instance;
			this.client = RawClient.connect(instance.port());
			this.id = this.client.clientId();
			this.token = this.client.welcome().get("resume").stringValue();
			this.client.subscribe(CHANNEL);
		}

		private void reload(InstanceProcess instance) {
			this.client.abort();
			this.instance = instance;
			this.client = RawClient.connect(instance.port());
			this.client.resume(this.token);
			this.client.subscribe(CHANNEL);
		}

	}

	/**
	 * A page that shows who is there.
	 */
	private static final class Observer {

		private final Set<String> members = ConcurrentHashMap.newKeySet();

		private final Set<String> gone = ConcurrentHashMap.newKeySet();

		private final RawClient client;

		private Observer(InstanceProcess instance) {
			this.client = RawClient.connect(instance.port(), this::receive);
			this.client.command("{\"type\":\"subscribe\",\"id\":%d,\"channel\":\"" + CHANNEL + "\",\"presence\":true}");
		}

		private void receive(JsonNode line) {
			switch (line.path("type").asString("")) {
				case "join" -> this.members.add(line.at("/member/clientId").stringValue());
				case "leave" -> {
					this.members.remove(line.at("/member/clientId").stringValue());
					this.gone.add(line.at("/member/clientId").stringValue());
				}
				case "subscribed", "members" -> {
					if (!line.has("id") || line.get("type").stringValue().equals("subscribed")) {
						this.members.clear();
					}
					add(line);
				}
				default -> {
				}
			}
		}

		/**
		 * Adds a part of a list. The rest is asked for once it is here, off the thread
		 * that receives.
		 */
		private void add(JsonNode list) {
			list.path("members").forEach((member) -> this.members.add(member.get("clientId").stringValue()));
			if (list.has("next")) {
				this.client.sendAsync("{\"type\":\"presence\",\"id\":" + this.client.nextId() + ",\"channel\":\""
						+ CHANNEL + "\",\"after\":\"" + list.get("next").stringValue() + "\"}");
			}
		}

		private Set<String> seen() {
			return Set.copyOf(this.members);
		}

	}

}
