package io.github.realtime.action;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.realtime.ActionErrorHandler;
import io.github.realtime.ActionErrorHandler.ActionError;
import io.github.realtime.RealtimeClient;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RefusedException;
import io.github.realtime.RenderOptions;
import io.github.realtime.annotation.ActionErrorCode;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Line;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.support.Futures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.validation.Validator;

/**
 * Calls actions as the user they are called by, has the views rendered that change by
 * them, and says what callers learn.
 */
public final class ActionRunner {

	private static final Log logger = LogFactory.getLog(ActionRunner.class);

	private final RealtimeTemplate realtime;

	private final ClientSecurity security;

	private final List<ActionErrorHandler> errorHandlers;

	private final PayloadReader payloads;

	private final ArgumentValidator validator;

	private final ObjectWriter writer;

	private final long resultSize;

	/**
	 * Creates a runner.
	 * @param realtime renders views
	 * @param security makes the caller the current user
	 * @param errorHandlers say what callers learn of exceptions
	 * @param mapper reads payloads and writes results
	 * @param validator validates arguments, if there is one
	 * @param resultSize the largest result, in bytes of JSON
	 */
	public ActionRunner(RealtimeTemplate realtime, ClientSecurity security, List<ActionErrorHandler> errorHandlers,
			JsonMapper mapper, Supplier<@Nullable Validator> validator, long resultSize) {
		this.realtime = realtime;
		this.security = security;
		this.errorHandlers = List.copyOf(errorHandlers);
		this.payloads = new PayloadReader(mapper, validator);
		this.validator = new ArgumentValidator(validator);
		this.writer = mapper.writer().without(SerializationFeature.INDENT_OUTPUT);
		this.resultSize = resultSize;
	}

	/**
	 * Calls an action on this thread.
	 * @param action the action
	 * @param call the call
	 * @param threads where it goes on when a future of the action's completes
	 * @return the answer; never completes exceptionally
	 */
	CompletableFuture<ActionReply> run(ActionMethod action, ActionCall call, Executor threads) {
		CompletionStage<ActionReply> answer;
		try {
			answer = this.security.call(call.client(), () -> {
				@Nullable Object[] arguments = action.arguments(call, this.payloads);
				Object returned = action.invoke(arguments, this.validator);
				return (returned instanceof CompletionStage<?> later)
						? later.thenApplyAsync((result) -> succeeded(action, call, arguments, result), threads)
						: CompletableFuture.completedFuture(succeeded(action, call, arguments, returned));
			});
		}
		catch (Exception | Error ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		return answer.exceptionally((failure) -> failed(action, call.client(), failure))
			// Nor by what is to say of it what callers learn
			.exceptionally((failure) -> internal(action, failure))
			.toCompletableFuture();
	}

	private ActionReply succeeded(ActionMethod action, ActionCall call, @Nullable Object[] arguments,
			@Nullable Object result) {
		Line data;
		try {
			data = Line.of(this.writer.writeValueAsString(result));
		}
		catch (RuntimeException ex) {
			render(action, null, arguments);
			throw ex;
		}
		if (data.bytes() > this.resultSize) {
			render(action, null, arguments);
			logger.error("The result of " + action + " has " + data.bytes()
					+ " bytes of JSON, and may have as many as a message");
			return ActionReply.error(ErrorCode.TOO_LARGE, "This was done, and its result is too large to be sent");
		}
		return new ActionReply.Returned(data,
				render(action, call.isGone().getAsBoolean() ? null : call.client().id(), arguments));
	}

	/**
	 * A caller that is told what it has rendered renders itself. What goes wrong here
	 * does not undo the action.
	 */
	private List<String> render(ActionMethod action, @Nullable String callerId, @Nullable Object[] arguments) {
		List<String> keys = action.rendered(arguments);
		keys.forEach((key) -> render(action, key, callerId));
		return keys;
	}

	private void render(ActionMethod action, String key, @Nullable String callerId) {
		try {
			this.realtime.render(key, RenderOptions.defaults().exclude(callerId));
		}
		catch (RuntimeException ex) {
			logger.error("Rendering '" + key + "', which changed by " + action + ", failed", ex);
		}
	}

	private ActionReply failed(ActionMethod action, RealtimeClient client, Throwable failure) {
		Throwable cause = Futures.causeOf(failure);
		if (cause instanceof ActionException refusal) {
			return new ActionReply.Failed(refusal.code().code(), String.valueOf(refusal.getMessage()),
					refusal.errors());
		}
		if (this.security.isRefusal(cause)) {
			return ActionReply.error(ErrorCode.FORBIDDEN, "Calling this action is not allowed");
		}
		ActionError error = error(action, client, cause);
		if (error != null) {
			return new ActionReply.Failed(error.code(), error.message(), null);
		}
		return internal(action, cause);
	}

	private static ActionReply internal(ActionMethod action, Throwable cause) {
		logger.error("The " + action + " failed", cause);
		return ActionReply.error(ErrorCode.INTERNAL, "The action failed");
	}

	private @Nullable ActionError error(ActionMethod action, RealtimeClient client, Throwable cause) {
		for (ActionErrorHandler handler : this.errorHandlers) {
			try {
				ActionError error = handler.handle(cause, client);
				if (error != null) {
					return error;
				}
			}
			catch (RuntimeException ex) {
				logger.error("An ActionErrorHandler failed", ex);
			}
		}
		if (cause instanceof RefusedException refused) {
			return new ActionError(refused.getCode(), String.valueOf(refused.getMessage()));
		}
		ActionErrorCode code = AnnotatedElementUtils.findMergedAnnotation(cause.getClass(), ActionErrorCode.class);
		if (code == null) {
			return null;
		}
		return new ActionError(code.value(), (cause.getMessage() != null) ? cause.getMessage() : code.value());
	}

}
