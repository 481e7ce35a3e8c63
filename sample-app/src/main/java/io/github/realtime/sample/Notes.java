package io.github.realtime.sample;

import io.github.realtime.Position;
import io.github.realtime.RealtimeChannel;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

import org.springframework.stereotype.Service;

/**
 * The notes, as state of the channels that their pages are on: with Redis they are there
 * for every instance.
 */
@Service
class Notes {

	static final int COUNT = 9;

	private static final String KEY = "note";

	private final RealtimeTemplate realtime;

	Notes(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	@RealtimeAction("note.edit")
	@RendersView("/note/{id}")
	void edit(@Valid Edit edit) {
		channel(edit.id()).state()
			.update(KEY, Note.class, (note) -> ((note != null) ? note : Note.FIRST).with(edit.text()));
	}

	Position position(int id) {
		return channel(id).position();
	}

	Note find(int id) {
		Note note = channel(id).state().get(KEY, Note.class).value();
		return (note != null) ? note : Note.FIRST;
	}

	private RealtimeChannel channel(int id) {
		return this.realtime.channel("/note/" + id);
	}

	/**
	 * What somebody wants a note to say.
	 */
	record Edit(@Positive @Max(COUNT) int id, @NotBlank @Size(max = Note.MAX_LENGTH) String text) {

	}

}
