package io.github.realtime.core;

import java.util.List;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.annotation.RealtimeEvent;
import io.github.realtime.broker.FakeBroker;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link RealtimeEvent} and {@link RealtimeEventListener}.
 */
class RealtimeEventTests {

	private final FakeBroker broker = new FakeBroker();

	@AutoClose
	private final GenericApplicationContext context = new GenericApplicationContext();

	@BeforeEach
	void startContext() {
		RealtimeTemplate template = new BrokerRealtimeTemplate(this.broker, JsonMapper.builder().build(), 1000,
				this.context);
		this.context.registerBean(RealtimeEventListener.class, () -> new RealtimeEventListener(() -> template));
		this.context.refresh();
	}

	@ParameterizedTest
	@MethodSource
	void publishEventSendsItToItsChannel(Object event, String channel, String json) {
		this.context.publishEvent(event);
		assertThat(this.broker.published()).singleElement().satisfies((publication) -> {
			assertThat(publication.channel()).isEqualTo(channel);
			assertThat(publication.data()).isEqualTo(JsonMapper.shared().readTree(json.replace('\'', '"')));
		});
	}

	static List<Arguments> publishEventSendsItToItsChannel() {
		return List.of(arguments(new Voted(42, 7), "post_42", "{'postId':42,'score':7}"),
				arguments(new Renamed("a", "b"), "/note/a/b", "{'id':'a','folder':'b'}"),
				arguments(new Fixed(1), "news", "{'value':1}"),
				arguments(new Nested(new Voted(42, 7)), "post_42", "{'vote':{'postId':42,'score':7}}"),
				arguments(new Changed<>("k", 5), "board_k", "{'key':'k','value':5}"),
				arguments(new Field(), "x_f", "{'name':'f'}"),
				arguments(new RenamedAgain("a", "b"), "/note/a/b", "{'id':'a','folder':'b'}"));
	}

	@Test
	void publishEventWhenItIsAnApplicationEventSendsIt() {
		this.context.publishEvent(new Happened("room"));
		assertThat(this.broker.published()).singleElement()
			.satisfies((publication) -> assertThat(publication.channel()).isEqualTo("at_room"));
	}

	@Test
	void publishEventWhenItsTypeIsGenericSendsIt() {
		Changed<List<String>> changed = new Changed<>("k", List.of("v"));
		this.context.publishEvent(new PayloadApplicationEvent<>(this, changed,
				ResolvableType.forClassWithGenerics(Changed.class, List.class)));
		assertThat(this.broker.published()).hasSize(1);
	}

	@Test
	void publishEventWhenItIsNotAnnotatedSendsNothing() {
		this.context.publishEvent("text");
		this.context.publishEvent(new Plain(1));
		assertThat(this.broker.published()).isEmpty();
	}

	@Test
	void publishEventInATransactionSendsAfterCommit() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setURL("jdbc:h2:mem:");
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.executeWithoutResult((status) -> {
			this.context.publishEvent(new Fixed(1));
			assertThat(this.broker.published()).isEmpty();
		});
		assertThat(this.broker.data()).containsExactly("{\"value\":1}");
		transaction.executeWithoutResult((status) -> {
			this.context.publishEvent(new Fixed(2));
			status.setRollbackOnly();
		});
		assertThat(this.broker.published()).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource
	void publishEventWhenTheChannelCannotBeToldSaysWhy(Object event, String message) {
		assertThatIllegalStateException().isThrownBy(() -> this.context.publishEvent(event))
			.withMessageContaining("@RealtimeEvent(channel = \"")
			.withMessageContaining(event.getClass().getName())
			.withMessageContaining(message);
		assertThat(this.broker.published()).isEmpty();
	}

	static List<Arguments> publishEventWhenTheChannelCannotBeToldSaysWhy() {
		return List.of(arguments(new Misspelled(1), "postID"), arguments(new Renamed("a", null), "'folder' is null"),
				arguments(new Nested(null), "vote"), arguments(new Unclosed(1), "No ending suffix '}'"),
				arguments(new Failing(), "leads to no channel: "), arguments(new Lonely(null), "'id' is null"));
	}

	@Test
	void publishEventWhenThePropertyMakesNoChannelNameIsRefused() {
		assertThatExceptionOfType(InvalidChannelException.class)
			.isThrownBy(() -> this.context.publishEvent(new Renamed("a b", "c")));
	}

	@RealtimeEvent(channel = "post_{postId}")
	record Voted(long postId, int score) {

	}

	@RealtimeEvent(channel = "post_{vote.postId}")
	record Nested(Voted vote) {

	}

	@RealtimeEvent(channel = "news")
	record Fixed(int value) {

	}

	@RealtimeEvent(channel = "board_{key}")
	record Changed<T>(String key, T value) {

	}

	@RealtimeEvent(channel = "post_{postID}")
	record Misspelled(long postId) {

	}

	@RealtimeEvent(channel = "a_{value")
	record Unclosed(int value) {

	}

	@RealtimeEvent(channel = "{id}")
	record Lonely(String id) {

	}

	record Plain(int value) {

	}

	@RealtimeEvent(channel = "/note/{id}/{folder}")
	static class Renamed {

		private final String id;

		private final String folder;

		Renamed(String id, String folder) {
			this.id = id;
			this.folder = folder;
		}

		public String getId() {
			return this.id;
		}

		public String getFolder() {
			return this.folder;
		}

	}

	static final class RenamedAgain extends Renamed {

		RenamedAgain(String id, String folder) {
			super(id, folder);
		}

	}

	@RealtimeEvent(channel = "x_{name}")
	static final class Field {

		public final String name = "f";

	}

	@RealtimeEvent(channel = "x_{name}")
	static final class Failing {

		public String getName() {
			throw new UnsupportedOperationException("a defect");
		}

	}

	@RealtimeEvent(channel = "at_{place}")
	static final class Happened extends ApplicationEvent {

		Happened(String place) {
			super(place);
		}

		public String getPlace() {
			return (String) getSource();
		}

	}

}
