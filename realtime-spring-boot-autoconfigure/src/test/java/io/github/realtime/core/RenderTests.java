package io.github.realtime.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeException;
import io.github.realtime.RealtimeSendFailedEvent;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.RenderOptions;
import io.github.realtime.broker.FakeBroker;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RealtimeTemplate#render} outside of transactions.
 */
class RenderTests {

	@AutoClose
	private final MemoryBroker broker = new MemoryBroker(
			(channel) -> new HistoryPolicy(1000, 1_000_000, Duration.ofMinutes(5)));

	private @Nullable ViewRenderer renderer = (view, model) -> view + model;

	private final BrokerRealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JsonMapper.shared(), 1000,
			(event) -> {
				throw new AssertionError("unexpected " + event);
			}, new StateLoader(this.broker, new StateHandlers(List.of(), JsonMapper.shared(), 1000)),
			() -> this.renderer);

	@Test
	void renderTellsThePagesOfTheKey() {
		this.realtime.render("/note/é 42");
		assertThat(lines("/note/%C3%A9%2042"))
			.containsExactly("{\"type\":\"refresh\",\"channel\":\"/note/%C3%A9%2042\",\"offset\":1}");
		this.realtime.channel("board").render();
		assertThat(lines("board")).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "199, true", "200, true", "201, false" })
	void renderWhenTheKeyIsTooLongThenThrows(int length, boolean valid) {
		String key = "/".repeat(length - 3) + " ";
		if (valid) {
			this.realtime.render(key);
		}
		else {
			assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> this.realtime.render(key))
				.withMessageContaining("it is longer than 200 characters");
		}
	}

	@Test
	void renderWhenManyTimesThenTellsAtOnceAndAtTheEndOfEachMoment() {
		long start = System.nanoTime();
		this.realtime.render("/note/1");
		assertThat(lines("/note/1")).hasSize(1);
		for (int i = 1; i < 100; i++) {
			this.realtime.render("/note/1");
		}
		int moments = (int) Duration.ofNanos(System.nanoTime() - start).toMillis() / 100;
		assertThat(lines("/note/1")).hasSizeLessThanOrEqualTo(1 + moments);
		await().untilAsserted(() -> assertThat(lines("/note/1")).hasSizeGreaterThan(1));
		this.realtime.render("/note/2");
		assertThat(lines("/note/2")).hasSize(1);
	}

	@Test
	void renderWhenTheApplicationStopsThenTellsWhatWaits() {
		this.realtime.render("/note/1");
		this.realtime.render("/note/1");
		this.realtime.destroy();
		assertThat(lines("/note/1")).hasSize(2);
	}

	@Test
	void renderWhenItFailsAtTheEndOfAMomentThenTellsTheApplication() {
		FakeBroker broker = new FakeBroker();
		Queue<Object> failures = new ConcurrentLinkedQueue<>();
		BrokerRealtimeTemplate realtime = new BrokerRealtimeTemplate(broker, JsonMapper.shared(), 1000, failures::add);
		RealtimeUnavailableException failure = new RealtimeUnavailableException("no answer", null);
		realtime.render("/note/1");
		realtime.render("/note/1");
		broker.failWith(failure);
		realtime.destroy();
		await().untilAsserted(() -> assertThat(failures)
			.containsExactly(new RealtimeSendFailedEvent("/note/1", null, null, null, failure)));
		broker.close();
	}

	@Test
	void renderWhenForOthersThenIsNotMixedUp() {
		this.realtime.render("/note/1", RenderOptions.defaults().exclude("a"));
		this.realtime.render("/note/1", RenderOptions.defaults().exclude("b"));
		this.realtime.render("/note/1", RenderOptions.defaults().include("a"));
		this.realtime.render("/note/1");
		assertThat(this.realtime.channel("/note/1").history(10)).extracting(Publication::excluded)
			.containsExactly("a", "b", "!a", null);
	}

	@Test
	void audienceDecidesWhoGetsIt() {
		assertThat(withheld(RenderOptions.defaults())).isEmpty();
		assertThat(withheld(RenderOptions.defaults().exclude("a", "-b"))).containsExactly("a", "-b");
		assertThat(withheld(RenderOptions.defaults().include("a", "-b"))).containsExactly("c", "-", "");
	}

	private Stream<String> withheld(RenderOptions options) {
		this.realtime.render("/note/1", options);
		Publication publication = this.realtime.channel("/note/1").history(1).get(0);
		return Stream.of("a", "-b", "c", "-", "").filter(publication::isWithheldFrom);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a,b", "!a", "ä" })
	void audienceWhenItIsNoClientIdThenThrows(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> RenderOptions.defaults().exclude("a", id));
		assertThatIllegalArgumentException().isThrownBy(() -> RenderOptions.defaults().include(id));
		assertThatIllegalStateException().isThrownBy(() -> RenderOptions.defaults().exclude("a").include("b"));
	}

	@Test
	void audienceWhenNobodyIsExcludedThenIsEverybodyAndWhenNobodyIsIncludedThenThrows() {
		String nobody = null;
		this.realtime.render("/note/1", RenderOptions.defaults().exclude(nobody));
		assertThat(this.realtime.channel("/note/1").history(1).get(0).excluded()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> RenderOptions.defaults().include());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			<p id="note">x</p>                        | #note
			` <!-- a --> <p class='x' id='n-1'>`      | #n-1
			<section ID=note data-id="y">             | #note
			<p data-id="y" id="note">                 | #note
			<p title="a > b" id="note">               | #note
			<p id="1">                                | [id="1"]
			<p id="a.b">                              | [id="a.b"]
			<x-note id="note"/>                       | #note
			""")
	void pushSendsTheHtmlForTheElementOfThatId(String html, String target) {
		this.renderer = (view, model) -> "\n" + html + "\n";
		this.realtime.render("/note/1", RenderOptions.push("note :: body", Map.of()));
		Publication publication = this.realtime.channel("/note/1").history(1).get(0);
		assertThat(publication.line().json().get("type").stringValue()).isEqualTo("html");
		assertThat(publication.line().json().get("target").stringValue()).isEqualTo(target);
		assertThat(publication.line().json().get("html").stringValue()).isEqualTo(html.strip());
		assertThat(publication.line().bytes()).isEqualTo(publication.line().text().getBytes().length);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "<p>x</p>", "<p class=\"id\">", "<p>< id=\"x\"", "<p data-id=\"x\">" })
	void pushWhenThereIsNoIdThenSaysWhatToDo(String html) {
		this.renderer = (view, model) -> html;
		RenderOptions options = RenderOptions.push("note :: body", Map.of());
		assertThatExceptionOfType(RealtimeException.class).isThrownBy(() -> this.realtime.render("/note/1", options))
			.withMessageContaining("'note :: body'")
			.withMessageContaining("push(…).target(…)");
		this.realtime.render("/note/1", options.target("main > p"));
		assertThat(this.realtime.channel("/note/1").history(1).get(0).line().json().get("target").stringValue())
			.isEqualTo("main > p");
	}

	@Test
	void pushWhenThereAreManyCommentsAndAttributesThenFindsTheIdAllTheSame() {
		this.renderer = (view, model) -> "<!-- -->".repeat(20) + " ".repeat(20) + "<p " + "a='b' ".repeat(80) + "id=n>";
		this.realtime.render("/note/1", RenderOptions.push("note", Map.of()));
		this.renderer = (view, model) -> "<!-- -->".repeat(50) + "no element";
		assertThatExceptionOfType(RealtimeException.class)
			.isThrownBy(() -> this.realtime.render("/note/1", RenderOptions.push("note", Map.of())));
		assertThat(this.realtime.channel("/note/1").history(1).get(0).line().json().get("target").stringValue())
			.isEqualTo("#n");
	}

	@Test
	void pushWhenManyTimesThenEachIsSent() {
		this.renderer = (view, model) -> "<p id=\"n\">" + model.get("n") + "</p>";
		for (int i = 0; i < 3; i++) {
			this.realtime.render("/note/1", RenderOptions.push("note", Map.of("n", i)));
		}
		assertThat(lines("/note/1")).hasSize(3);
	}

	@Test
	void pushWhenTooLargeOrWithoutViewsThenThrows() {
		RenderOptions options = RenderOptions.push("note", Map.of()).target("p");
		this.renderer = (view, model) -> "x".repeat(999);
		assertThatExceptionOfType(PayloadTooLargeException.class)
			.isThrownBy(() -> this.realtime.render("/note/1", options));
		this.renderer = null;
		assertThatExceptionOfType(RealtimeException.class).isThrownBy(() -> this.realtime.render("/note/1", options))
			.withMessageContaining("Spring MVC");
		assertThat(lines("/note/1")).isEmpty();
	}

	private List<String> lines(String channel) {
		return this.realtime.channel(channel)
			.history(1000)
			.stream()
			.map((publication) -> publication.line().text())
			.toList();
	}

}
