package io.github.realtime.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.realtime.RealtimeTemplate;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Pages that have React, as it is for developers: only then it mounts everything twice in
 * strict mode, and says what it does not like.
 */
@RestController
class ReactPages {

	private static final Path HOME = Path.of("target/react");

	/** The files that a bundler would take. */
	private static final Map<String, String> FILES = Map.of("react", "react/cjs/react.development.js", "react-dom",
			"react-dom/cjs/react-dom.development.js", "react-dom/client",
			"react-dom/cjs/react-dom-client.development.js", "react-dom/server",
			"react-dom/cjs/react-dom-server-legacy.browser.development.js", "scheduler",
			"scheduler/cjs/scheduler.development.js");

	private final RealtimeTemplate realtime;

	ReactPages(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	@GetMapping(path = "/react/{version}", produces = MediaType.TEXT_HTML_VALUE)
	String page(@PathVariable int version, @RequestParam(required = false) String board) {
		String imports = FILES.keySet()
			.stream()
			.map((name) -> "\"" + name + "\": \"/react/" + version + "/module?name=" + name + "\"")
			.collect(Collectors.joining(", "));
		return """
				<!DOCTYPE html>
				<html lang="en">
				<meta charset="utf-8">
				<title>React</title>
				<link rel="icon" href="data:,">
				%s
				<script type="importmap">{"imports": {%s}}</script>
				<div id="root"></div>
				<script type="module">
				import * as React from 'react';
				import * as dom from 'react-dom';
				import * as client from 'react-dom/client';
				import * as server from 'react-dom/server';
				import * as hooks from '/realtime/react.js';
				import * as realtime from '/realtime/client.js';

				const h = React.createElement;
				const text = JSON.stringify;
				Object.assign(window, { React, dom, client, server, hooks, realtime, h, text });
				// The driver would wait for ever
				window.soon = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(no, 60_000, 'late'))]);
				</script>
				</html>
				"""
			.formatted((board != null) ? this.realtime.channel(board).state().cursor() : "", imports);
	}

	/**
	 * Makes a module of a file that knows {@code require} and {@code exports}.
	 */
	@GetMapping(path = "/react/{version}/module", produces = "text/javascript")
	String module(@PathVariable String version, @RequestParam String name) throws IOException {
		String script = Files.readString(file(version, FILES.get(name)));
		List<String> required = all("require\\([\"']([^.\"']+)[\"']\\)", script);
		List<String> exported = all("\\bexports\\.(\\w+) *=", script);
		StringBuilder module = new StringBuilder();
		for (int i = 0; i < required.size(); i++) {
			module.append("import required%d from '%s';\n".formatted(i, required.get(i)));
		}
		module.append("const exports = {};\n(function (module, require, process) {\n")
			.append(script)
			.append("\n})({ exports }, (name) => [");
		for (int i = 0; i < required.size(); i++) {
			module.append("required").append(i).append(',');
		}
		return module
			.append("][%s.indexOf(name)], { env: { NODE_ENV: 'development' } });\n"
				.formatted(required.stream().map((each) -> "'" + each + "'").toList()))
			.append("export default exports;\nexport const { ")
			.append(String.join(", ", exported))
			.append(" } = exports;\n")
			.toString();
	}

	private static Path file(String version, String name) throws IOException {
		try (Stream<Path> files = Files.walk(HOME.resolve(version))) {
			Map<Boolean, Path> found = files
				.filter((file) -> file.toString().matches(".*/webjars/" + versioned(name))
						|| (name.contains("client") && file.endsWith("client.js")))
				.collect(Collectors.toMap((file) -> file.endsWith("client.js"), (file) -> file));
			return found.getOrDefault(false, found.get(true));
		}
	}

	private static String versioned(String name) {
		return name.replaceFirst("/", "/[^/]+/");
	}

	private static List<String> all(String pattern, String script) {
		return Pattern.compile(pattern).matcher(script).results().map((found) -> found.group(1)).distinct().toList();
	}

}
