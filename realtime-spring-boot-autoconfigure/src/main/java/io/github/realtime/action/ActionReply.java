package io.github.realtime.action;

import java.util.List;

import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Frame.FieldError;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a call is answered with, whatever its number.
 */
sealed interface ActionReply {

	/** The one after which the same may be asked for again. */
	ActionReply NOT_BEGUN = error(ErrorCode.UNAVAILABLE, "This was not begun, try again");

	/**
	 * Makes the reply.
	 * @param id the command's number
	 * @return the frame
	 */
	Frame to(long id);

	/**
	 * Writes it as {@link #read} reads it.
	 * @return a text
	 */
	String write();

	static ActionReply error(ErrorCode code, String message) {
		return new Failed(code.code(), message, null);
	}

	/**
	 * Reads what was written, on any instance.
	 * @param written a text
	 * @return the answer
	 */
	static ActionReply read(String written) {
		if (written.startsWith("{")) {
			return Failed.MAPPER.readValue(written, Failed.class);
		}
		int end = written.indexOf('\n');
		String rendered = written.substring(0, end);
		return new Returned(Line.of(written.substring(end + 1)),
				rendered.isEmpty() ? List.of() : List.of(rendered.split(" ")));
	}

	/**
	 * What an action returned.
	 *
	 * @param data as JSON
	 * @param rendered the keys of the views that became another
	 */
	record Returned(Line data, List<String> rendered) implements ActionReply {

		@Override
		public Frame to(long id) {
			return new Frame.Result(id, this.data.text(), this.rendered.isEmpty() ? null : this.rendered);
		}

		/**
		 * The keys, which have no spaces, and the data as it is: to parse and write it
		 * again would change numbers.
		 */
		@Override
		public String write() {
			return String.join(" ", this.rendered) + "\n" + this.data.text();
		}

	}

	/**
	 * Why it did not.
	 *
	 * @param code one of the protocol's or of the application's
	 * @param message in the client's terms
	 * @param errors what is wrong with which field
	 */
	record Failed(String code, String message, @Nullable List<FieldError> errors) implements ActionReply {

		private static final JsonMapper MAPPER = JsonMapper.builder().build();

		@Override
		public Frame to(long id) {
			// To a client this code says: not begun, send it again
			@Nullable Boolean begun = this.code.equals(ErrorCode.RATE_LIMITED.code()) ? true : null;
			return Frame.Error.call(id, this.code, this.message, this.errors, begun);
		}

		@Override
		public String write() {
			return MAPPER.writeValueAsString(this);
		}

	}

}
