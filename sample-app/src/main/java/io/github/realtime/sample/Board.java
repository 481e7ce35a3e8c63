package io.github.realtime.sample;

import java.util.List;

import io.github.realtime.MatchedChannel;
import io.github.realtime.RefusedException;
import io.github.realtime.state.StateHandler;
import io.github.realtime.state.StateWrite;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Boards that everybody paints: pages change the state of the channel themselves. Every
 * pixel is a key, so two that are painted at the same moment never meet, and a
 * publication is one pixel long.
 */
@Configuration(proxyBeanMethods = false)
class Board {

	static final int COUNT = 9;

	static final int SIZE = 64;

	static final List<String> PALETTE = List.of("#ffffff", "#d4d7d9", "#898d90", "#1d1f23", "#ffb3c7", "#e0312a",
			"#9c5a2b", "#ff9a1f", "#ffd83d", "#9be36b", "#1f9a4d", "#4fd8d0", "#2f80ed", "#4a45c9", "#b26ad6",
			"#6d2a8c");

	/** What they are called, for those who don't see them. */
	static final List<String> COLOURS = List.of("White", "Silver", "Grey", "Black", "Pink", "Red", "Brown", "Orange",
			"Yellow", "Lime", "Green", "Turquoise", "Blue", "Indigo", "Lilac", "Purple");

	private final JsonMapper json;

	Board(JsonMapper json) {
		this.json = json;
	}

	static String channel(int id) {
		return "board_" + id;
	}

	@Bean
	StateHandler paint() {
		return StateHandler.forChannels("board_{id}").write(this::stored);
	}

	/**
	 * Decides what is stored in place of what a page writes.
	 */
	@Nullable Pixel stored(StateWrite write) {
		requireBoard(write.channel());
		requirePlace(write.key());
		Pixel before = (write.before() != null) ? this.json.treeToValue(write.before(), Pixel.class) : null;
		JsonNode wanted = write.after();
		if (wanted == null) {
			throw new RefusedException("Paint over it, or undo what you have painted");
		}
		if (wanted.path("undo").asBoolean(false)) {
			if (before == null || !write.client().id().equals(before.id())) {
				throw new RefusedException("Somebody has painted over it");
			}
			return before.was();
		}
		return new Pixel(colour(wanted.path("c")), painter(wanted.path("by")), write.client().id(),
				(before != null) ? before.asBefore() : null);
	}

	private static void requireBoard(MatchedChannel channel) {
		if (!channel.variable("id").matches("[1-" + COUNT + "]")) {
			throw new RefusedException("There is no such board");
		}
	}

	private static void requirePlace(String key) {
		String[] place = key.matches("\\d{1,2},\\d{1,2}") ? key.split(",") : new String[] { "" + SIZE, "0" };
		int x = Integer.parseInt(place[0]);
		int y = Integer.parseInt(place[1]);
		if (x >= SIZE || y >= SIZE || !key.equals(x + "," + y)) {
			throw new RefusedException("invalid-data", "That is not on the board");
		}
	}

	private static int colour(JsonNode node) {
		int colour = node.isInt() ? node.intValue() : -1;
		if (colour < 0 || colour >= PALETTE.size()) {
			throw new RefusedException("invalid-data", "That colour is not in the palette");
		}
		return colour;
	}

	private static String painter(JsonNode node) {
		String name = node.asString("");
		if (!Visitor.isName(name)) {
			throw new RefusedException("invalid-data", "That is nobody's name here");
		}
		return name;
	}

}
