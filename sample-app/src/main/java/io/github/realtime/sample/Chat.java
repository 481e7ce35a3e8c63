package io.github.realtime.sample;

import java.security.Principal;
import java.util.List;
import java.util.Map;

import io.github.realtime.ChannelSubscribedEvent;
import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RefusedException;
import io.github.realtime.annotation.RealtimeAction;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import tools.jackson.databind.JsonNode;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/**
 * Where those who have signed in talk. Their pages publish themselves: what they say is
 * passed on as it is, so who said it is told by the client id, which nobody can choose.
 */
@Service
class Chat {

	static final String CHANNEL = "chat";

	static final String TYPING = "typing";

	static final int MAX_LENGTH = 500;

	private static final int SHOWN = 100;

	private final RealtimeTemplate realtime;

	Chat(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	@EventListener
	void joined(ChannelSubscribedEvent event) {
		if (event.channel().equals(CHANNEL)) {
			this.realtime.channel(CHANNEL).state().setIfAbsent(event.client().id(), event.client().name());
		}
	}

	@RealtimeAction("chat.whisper")
	void whisper(@Valid Whisper whisper, Principal user) {
		requireUser(whisper.to());
		Whispered whispered = new Whispered(user.getName(), whisper.to(), whisper.text());
		this.realtime.send(channelOf(whisper.to()), whispered);
		if (!whisper.to().equals(user.getName())) {
			this.realtime.send(channelOf(user.getName()), whispered);
		}
	}

	@RealtimeAction("chat.wave")
	void wave(@Valid Wave wave, Principal user) {
		requireUser(wave.to());
		this.realtime.sendToUser(wave.to(), channelOf(wave.to()), new Waved(user.getName()));
	}

	private static void requireUser(String name) {
		if (SignIn.ACCOUNTS.stream().noneMatch((account) -> account.name().equals(name))) {
			throw new RefusedException("invalid-data", "There is nobody of that name");
		}
	}

	Room open(String user) {
		RealtimeChannel chat = this.realtime.channel(CHANNEL);
		RealtimeChannel own = this.realtime.channel(channelOf(user));
		// Positions first: what happens meanwhile then arrives twice, not never
		Position position = chat.position();
		Position ownPosition = own.position();
		Map<String, JsonNode> authors = chat.state().getAll();
		List<Line> lines = chat.history(SHOWN)
			.stream()
			.filter((publication) -> !publication.isState())
			.map((publication) -> Line.of(publication, authors))
			.toList();
		List<Line> whispers = own.history(SHOWN).stream().map(Line::ofWhisper).toList();
		return new Room(lines, position, whispers, ownPosition);
	}

	static String channelOf(String user) {
		return "private_" + user;
	}

	/**
	 * The chat as it was at one moment, as one user sees it.
	 *
	 * @param whispers what only this user, and another, may see
	 */
	record Room(List<Line> lines, Position position, List<Line> whispers, Position ownPosition) {

	}

	/**
	 * What somebody has said.
	 *
	 * @param to for whom, or the empty string
	 */
	record Line(long offset, String author, String to, String text) {

		static Line of(Publication publication, Map<String, JsonNode> authors) {
			JsonNode author = authors.get(publication.line().json().path("from").asString());
			String text = publication.data().path("text").asString("");
			return new Line(publication.offset(), (author != null) ? author.asString() : "somebody", "",
					text.substring(0, Math.min(text.length(), MAX_LENGTH)));
		}

		static Line ofWhisper(Publication publication) {
			JsonNode data = publication.data();
			return new Line(publication.offset(), data.path("from").asString(), data.path("to").asString(),
					data.path("text").asString());
		}

	}

	/**
	 * What somebody wants to say to one user alone.
	 */
	record Whisper(@NotBlank String to, @NotBlank @Size(max = MAX_LENGTH) String text) {

	}

	/**
	 * A message: somebody has said something to one user alone.
	 */
	record Whispered(String from, String to, String text) {

	}

	/**
	 * Whom somebody waves to.
	 */
	record Wave(@NotBlank String to) {

	}

	/**
	 * A message to one user, wherever that is now: somebody waves.
	 */
	record Waved(String by) {

	}

}
