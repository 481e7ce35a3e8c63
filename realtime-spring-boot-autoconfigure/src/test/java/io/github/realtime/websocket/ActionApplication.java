package io.github.realtime.websocket;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.realtime.ActionErrorHandler;
import io.github.realtime.RealtimeClient;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RefusedException;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelRule;
import io.github.realtime.annotation.ActionErrorCode;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.annotation.ViewKey;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.awaitility.Awaitility.await;

/**
 * An application with actions of all kinds, and how a client calls them.
 */
@Configuration(proxyBeanMethods = false)
@Import({ Users.class, ActionApplication.Actions.class })
class ActionApplication {

	static RealtimeServer server() {
		return new RealtimeServer().with(ActionApplication.class)
			.with("realtime.limits.calls-per-client=20", "realtime.limits.message-size=20KB");
	}

	static JsonNode call(RawClient client, String action, @Nullable String more) {
		return client.command(command("%d", action, more));
	}

	static String command(Object id, String action, @Nullable String more) {
		return "{\"type\":\"call\",\"id\":" + id + ",\"action\":\"" + action + "\"" + ((more != null) ? more : "")
				+ "}";
	}

	@Bean
	ChannelAccess channelAccess() {
		return ChannelAccess.rules()
			.match("*")
			.subscribe(ChannelRule.permitAll())
			.match("/note/*")
			.subscribe(ChannelRule.permitAll())
			.action("ruled")
			.call(ChannelRule.hasRole("MEMBER"))
			.build();
	}

	@Bean
	ActionErrorHandler errorHandler() {
		return (exception, client) -> {
			if (exception instanceof IllegalCallerException) {
				throw new StackOverflowError("secret");
			}
			return (exception instanceof UnsupportedOperationException)
					? new ActionErrorHandler.ActionError("handled", "as the handler says") : null;
		};
	}

	static class Actions {

		final Semaphore gate = new Semaphore(0);

		final AtomicInteger waiting = new AtomicInteger();

		final AtomicInteger count = new AtomicInteger();

		private final RealtimeTemplate realtime;

		Actions(RealtimeTemplate realtime) {
			this.realtime = realtime;
		}

		/**
		 * Lets all calls end that wait.
		 */
		void letGo() {
			this.gate.release(1000);
			Awaitility.await().until(() -> this.waiting.get() == 0);
			this.gate.drainPermits();
		}

		@RealtimeAction("add")
		int add(Sum sum) {
			return sum.a() + sum.b();
		}

		@RealtimeAction("items")
		int items(List<Sum> sums) {
			return sums.get(0).a();
		}

		@RealtimeAction("nothing")
		void nothing() {
		}

		@RealtimeAction("null")
		@Nullable Object nothingAtAll() {
			return null;
		}

		@RealtimeAction("later")
		CompletableFuture<String> later(String text) {
			return new CompletableFuture<String>().completeAsync(() -> "later " + text,
					CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
		}

		@RealtimeAction("maybe")
		String maybe(@Nullable String text, @ViewKey @Nullable String view, @Nullable Principal user) {
			return text + " " + view + " " + user;
		}

		@RealtimeAction("user")
		String user(Principal user) {
			return user.getName();
		}

		@RealtimeAction("ruled")
		String ruled(Principal user) {
			return user.getName();
		}

		@RealtimeAction("client")
		List<String> client(RealtimeClient client, @ClientId String id) {
			return List.of(client.id(), id, client.name());
		}

		@RealtimeAction("view")
		String view(@ViewKey String view) {
			return view;
		}

		@RealtimeAction("wait")
		int await(int number) throws InterruptedException {
			this.waiting.incrementAndGet();
			try {
				this.gate.acquire();
				return number;
			}
			finally {
				this.waiting.decrementAndGet();
			}
		}

		@RealtimeAction("count")
		int count() {
			return this.count.incrementAndGet();
		}

		@RealtimeAction("countAndThrow")
		void countAndThrow() {
			this.count.incrementAndGet();
			throw new NoteLockedException();
		}

		@RealtimeAction("write")
		@RendersView({ "/note/{id}", "/of/{note.author}" })
		void write(@Valid Note note) {
		}

		@RealtimeAction("writeAll")
		void writeAll(@Valid List<Note> notes) {
		}

		@RealtimeAction("writeEach")
		void writeEach(List<@Valid Note> notes) {
		}

		@RealtimeAction("writeArray")
		void writeArray(@Valid Note[] notes) {
		}

		@RealtimeAction("writeFew")
		void writeFew(@Size(max = 1) List<@Valid Note> notes) {
		}

		@RealtimeAction("rename")
		String rename(@NotBlank String name) {
			return name;
		}

		@RealtimeAction("rank")
		void rank(@NotNull @Max(10) @Nullable Integer rank) {
		}

		@RealtimeAction("tag")
		int tag(@Size(max = 2) List<@NotBlank String> tags, @Pattern(regexp = "/note/.*") @ViewKey String view) {
			return tags.size();
		}

		@RealtimeAction("countAll")
		void countAll(Map<String, @Positive Integer> counts) {
		}

		@RealtimeAction("writeInFolder")
		@RendersView({ "/folder/{folder}", "/note/{id}" })
		void writeInFolder(Map<String, Object> note) {
		}

		@RealtimeAction("voted")
		void voted() {
			throw new RefusedException("rate-limited", "One vote a day");
		}

		@RealtimeAction("writeMap")
		void writeMap(@Valid Map<String, Note> notes) {
		}

		@RealtimeAction("writeAndThrow")
		@RendersView("/note/{id}")
		void writeAndThrow(@Valid Note note) {
			throw new NoteLockedException();
		}

		@RealtimeAction("locked")
		void locked() {
			throw new NoteLockedException();
		}

		@RealtimeAction("laterbad")
		CompletableFuture<String> laterBad() {
			return CompletableFuture.supplyAsync(() -> {
				throw new NoteLockedException();
			});
		}

		@RealtimeAction("refused")
		void refused() {
			throw new RefusedException("closed", "The shop is closed");
		}

		@RealtimeAction("handled")
		void handled() {
			throw new UnsupportedOperationException("secret");
		}

		@RealtimeAction("throws")
		void fail() throws Exception {
			throw new Exception("secret");
		}

		@RealtimeAction("overflows")
		int overflows() {
			return overflows() + 1;
		}

		@RealtimeAction("unwritable")
		Object unwritable() {
			return new Object() {

				public String getText() {
					throw new IllegalStateException("secret");
				}

			};
		}

		@RealtimeAction("worse")
		void worse() {
			throw new IllegalCallerException("secret");
		}

		@RealtimeAction("writeHuge")
		@RendersView("/note/writeHuge")
		String writeHuge() {
			return huge();
		}

		@RealtimeAction("writeUnwritable")
		@RendersView("/note/writeUnwritable")
		Object writeUnwritable() {
			return unwritable();
		}

		@RealtimeAction("writeLater")
		@RendersView("/note/later")
		void writeLater() throws InterruptedException {
			await(0);
		}

		@RealtimeAction("huge")
		String huge() {
			return "x".repeat(20 * 1024);
		}

		@RealtimeAction("render")
		void render(@ViewKey String view) {
			this.realtime.render(view);
		}

	}

	record Sum(int a, Integer b) {

	}

	record Note(@Positive long id, @NotBlank String text) {

		public String getAuthor() {
			return "a/b ü";
		}

	}

	@ActionErrorCode("note-locked")
	static class NoteLockedException extends RuntimeException {

		NoteLockedException() {
			super("Ada has it open");
		}

	}

}
