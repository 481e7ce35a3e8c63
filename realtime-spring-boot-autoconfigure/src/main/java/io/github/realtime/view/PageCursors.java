package io.github.realtime.view;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.realtime.PageCursor;
import org.jspecify.annotations.Nullable;

/**
 * What was read for the page of one request. As text it is the HTML of all of it.
 */
final class PageCursors {

	static final String ATTRIBUTE = PageCursors.class.getName();

	private final Map<String, PageCursor> cursors = new LinkedHashMap<>();

	@Nullable PageCursor get(String channel) {
		return this.cursors.get(channel);
	}

	void add(PageCursor cursor) {
		this.cursors.put(cursor.channel(), cursor);
	}

	@Override
	public String toString() {
		return this.cursors.values().stream().map(PageCursor::html).collect(Collectors.joining("\n"));
	}

}
