package io.github.realtime.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import io.github.realtime.PageCursor;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.annotation.CursorOf;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Pages that the server renders with data that changes at the same moment.
 */
@Controller
class RenderedPages {

	/** The data of each page: how often it has changed. */
	private final Map<String, Integer> data = new ConcurrentHashMap<>();

	private final Map<String, Integer> rendered = new ConcurrentHashMap<>();

	private final ExecutorService others = Executors.newCachedThreadPool();

	private final RealtimeTemplate realtime;

	RenderedPages(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	/**
	 * Renders a page. What is to change, changes when its data is read, or some time
	 * later on another thread.
	 */
	@GetMapping("/rendered/{id}")
	@CursorOf(value = "race_{id}", state = "board_{id}")
	String page(@PathVariable String id, @RequestParam(required = false) @Nullable String during,
			@RequestParam(required = false) @Nullable Integer after,
			@RequestParam(required = false) @Nullable String cached, HttpServletResponse response, Model model) {
		this.rendered.merge(id, 1, Integer::sum);
		if (cached != null) {
			response.setHeader(HttpHeaders.CACHE_CONTROL, "max-age=3600");
		}
		model.addAttribute("data", this.data.getOrDefault(id, 0));
		model.addAttribute("score", this.realtime.channel("board_" + id).state().get("score", String.class).value());
		if (during != null) {
			change(id);
		}
		if (after != null) {
			long delay = ThreadLocalRandom.current().nextLong(after * 1_000_000L);
			this.others.execute(() -> {
				LockSupport.parkNanos(delay);
				change(id);
			});
		}
		return "rendered";
	}

	int rendered(String id) {
		return this.rendered.getOrDefault(id, 0);
	}

	@PostMapping("/rendered/{id}/change")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void change(@PathVariable String id) {
		int data = this.data.merge(id, 1, Integer::sum);
		this.realtime.send("race_" + id, data);
		this.realtime.channel("board_" + id).state().set("score", "changed");
	}

	/**
	 * A page of any other engine, that may run no script of its own.
	 */
	@GetMapping(path = "/hostile/{id}", produces = MediaType.TEXT_HTML_VALUE)
	@ResponseBody
	String hostile(@PathVariable String id) {
		PageCursor cursor = this.realtime.channel("hostile_" + id).state().cursor();
		return """
				<!DOCTYPE html>
				<html lang="en">
				<meta charset="utf-8">
				<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-mine' 'self'">
				<title>Hostile</title>
				<link rel="icon" href="data:,">
				<p id="before">before</p>
				%s
				<p id="after">after</p>
				<script nonce="mine">
				window.alerts = [];
				window.alert = (text) => alerts.push(text);
				</script>
				<script nonce="mine" type="module">
				import { syncedState } from '/realtime/client.js';
				window.state = syncedState({ channel: '%s', key: 'k', initial: 'initial' });
				window.first = state.value;
				</script>
				</html>
				""".formatted(cursor, cursor.channel());
	}

}
