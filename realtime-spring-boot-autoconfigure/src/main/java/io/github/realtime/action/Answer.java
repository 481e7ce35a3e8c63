package io.github.realtime.action;

import java.util.List;

import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.Frame.FieldError;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * What a call is answered with, whatever its number.
 */
sealed interface Answer {

	/**
	 * Makes the reply.
	 * @param id the command's number
	 * @return the frame
	 */
	Frame to(long id);

	/**
	 * Tells how much memory it takes.
	 * @return about so many bytes
	 */
	int size();

	static Answer error(ErrorCode code, String message) {
		return new Failed(code.code(), message, null);
	}

	/**
	 * What an action returned.
	 *
	 * @param data as JSON
	 * @param rendered the keys of the views that became another
	 */
	record Returned(Line data, List<String> rendered) implements Answer {

		@Override
		public Frame to(long id) {
			return new Frame.Result(id, this.data.text(), this.rendered.isEmpty() ? null : this.rendered);
		}

		@Override
		public int size() {
			return this.data.text().length();
		}

	}

	/**
	 * Why it did not.
	 *
	 * @param code one of the protocol's or of the application's
	 * @param message in the client's terms
	 * @param errors what is wrong with which field
	 */
	record Failed(String code, String message, @Nullable List<FieldError> errors) implements Answer {

		@Override
		public Frame to(long id) {
			return new Frame.Failure(id, this.code, this.message, this.errors);
		}

		@Override
		public int size() {
			return this.message.length() + 100 * ((this.errors != null) ? this.errors.size() : 0);
		}

	}

}
