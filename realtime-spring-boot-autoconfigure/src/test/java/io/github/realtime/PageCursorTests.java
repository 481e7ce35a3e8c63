package io.github.realtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.core.BrokerRealtimeTemplate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PageCursorTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@AutoClose
	private final MemoryBroker broker = new MemoryBroker(
			(channel) -> new HistoryPolicy(100, 1_000_000, Duration.ofMinutes(5)));

	private final RealtimeTemplate realtime = new BrokerRealtimeTemplate(this.broker, JSON, 1_000_000, (event) -> {
	});

	@Test
	void cursorWhenOfAChannelThenIsItsPosition() {
		RealtimeChannel channel = this.realtime.channel("chat-1/a@b:c.d~e%20f+g");
		channel.send("a message");
		PageCursor cursor = channel.cursor();
		assertThat(cursor.position()).isEqualTo(channel.position()).extracting(Position::offset).isEqualTo(1L);
		assertThat(cursor.hasState()).isFalse();
		assertThat(cursor.state()).isEmpty();
		assertThat(cursor).hasToString(
				"<script type=\"application/json\"" + " data-realtime-channel=\"chat-1/a@b:c.d~e%20f+g\">{\"epoch\":\""
						+ channel.position().epoch() + "\",\"offset\":1}</script>");
	}

	@Test
	void cursorWhenOfAStateThenIsThatOfOneMoment() {
		RealtimeChannel channel = this.realtime.channel("board");
		channel.state().set("score", 7);
		PageCursor cursor = channel.state().cursor();
		channel.state().set("score", 8);
		channel.state().set("later", true);
		assertThat(cursor.position().offset()).isOne();
		assertThat(cursor.hasState()).isTrue();
		assertThat(cursor.state()).hasToString("{score=7}");
		assertThat(json(cursor.html()))
			.hasToString("{\"epoch\":\"" + channel.position().epoch() + "\",\"offset\":1,\"state\":{\"score\":7}}");
	}

	@Test
	void cursorWhenNothingIsThereThenHasAnEmptyState() {
		PageCursor cursor = this.realtime.channel("empty").state().cursor();
		assertThat(cursor.hasState()).isTrue();
		assertThat(json(cursor.html()).get("state")).isEmpty();
		assertThat(cursor.position().offset()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "</script><script>alert(1)</script>", "<!--<script>", "-->", "]]>", "&lt;&amp;&quot;\"'`",
			"\u2028\u2029", "\\u003c/script\\u003e\\", "\0\u0001\n\r\t", "\ud83d\ude00", "${7*7} [[${7*7}]]" })
	void cursorWhenAValueIsHostileThenCannotBreakOut(String hostile) {
		ChannelState state = this.realtime.channel("board").state();
		state.change(
				(changes) -> changes.set(hostile, Map.of(hostile, List.of(hostile, "\ud800 \udc00"))).set("after", 1));
		String html = state.cursor().html();
		assertThat(html.substring(html.indexOf('>') + 1, html.lastIndexOf("</script>"))).doesNotContain("<", ">", "&",
				"\u2028", "\u2029", "\n", "\r", "\0");
		JsonNode values = json(html).get("state");
		assertThat(values.get(hostile).get(hostile).get(0).stringValue()).isEqualTo(hostile);
		assertThat(values.get(hostile).get(hostile).get(1).stringValue()).isEqualTo("\ud800 \udc00");
		assertThat(values.get("after").intValue()).isOne();
	}

	@Test
	void unknownIsOfNoEpoch() {
		assertThat(json(PageCursor.unknown("board").html())).hasToString("{\"epoch\":\"?\",\"offset\":0}");
		assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> PageCursor.unknown("\"><b>"));
	}

	private static JsonNode json(String html) {
		return JSON.readTree(html.substring(html.indexOf('>') + 1, html.lastIndexOf("</script>")));
	}

}
