package io.github.realtime.action;

import java.util.List;

import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame.FieldError;
import org.jspecify.annotations.Nullable;

/**
 * A call that the caller has to make in another way. It never reached the application.
 */
final class ActionException extends Exception {

	private final ErrorCode code;

	private final @Nullable List<FieldError> errors;

	ActionException(ErrorCode code, String message) {
		this(code, message, null);
	}

	private ActionException(ErrorCode code, String message, @Nullable List<FieldError> errors) {
		super(message);
		this.code = code;
		this.errors = errors;
	}

	static ActionException invalidData(List<FieldError> errors) {
		FieldError first = errors.get(0);
		String what = first.field().isEmpty() ? "The data" : "'" + first.field() + "'";
		String more = (errors.size() > 1) ? ", and " + (errors.size() - 1) + " more" : "";
		return new ActionException(ErrorCode.INVALID_DATA, what + " " + first.message() + more, errors);
	}

	ErrorCode code() {
		return this.code;
	}

	@Nullable List<FieldError> errors() {
		return this.errors;
	}

}
