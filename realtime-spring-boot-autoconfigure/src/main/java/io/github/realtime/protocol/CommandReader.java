package io.github.realtime.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads commands. Unknown fields are ignored; a known field of the wrong shape is an
 * error that names it.
 *
 * @since 0.1.0
 */
public final class CommandReader {

	private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

	private static final int MAX_TOKEN_LENGTH = 64;

	private static final int MAX_KEYS = 100;

	private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+");

	private final String line;

	private final JsonNode fields;

	private final @Nullable Long id;

	private CommandReader(String line, JsonNode fields) {
		this.line = line;
		this.fields = fields;
		JsonNode id = fields.get("id");
		boolean valid = id != null && id.isIntegralNumber() && id.canConvertToLong() && id.longValue() > 0
				&& id.longValue() <= MAX_SAFE_INTEGER;
		this.id = valid ? id.longValue() : null;
	}

	/**
	 * Reads one line.
	 * @param line the line
	 * @return the command
	 * @throws ProtocolException if the line is not a command
	 */
	public static Command read(String line) throws ProtocolException {
		JsonNode fields;
		try {
			fields = Json.MAPPER.readTree(line);
		}
		catch (JacksonException ex) {
			throw ProtocolException.unreadable("A line has to be one JSON object");
		}
		if (!fields.isObject()) {
			throw ProtocolException.unreadable("A line has to be one JSON object");
		}
		return new CommandReader(line, fields).command();
	}

	private Command command() throws ProtocolException {
		JsonNode type = this.fields.get("type");
		if (type == null || !type.isString()) {
			throw error(ErrorCode.BAD_REQUEST, "'type' has to be a string");
		}
		if (type.stringValue().equals("pong")) {
			return new Command.Pong();
		}
		long id = id();
		return switch (type.stringValue()) {
			case "resume" -> new Command.Resume(id, token());
			case "subscribe" -> new Command.Subscribe(id, channel(), since(), flag("state"), keys(), flag("presence"));
			case "unsubscribe" -> new Command.Unsubscribe(id, channel());
			case "authenticate" -> new Command.Authenticate(id, credentials());
			case "publish" -> new Command.Publish(id, channel(), member("data"), op());
			case "presence" -> new Command.Presence(id, channel(), after());
			case "snapshot" -> new Command.Snapshot(id, channel(), keys());
			case "set" -> write(new Command.Put(member("value")), expect());
			case "increment" -> write(new Command.Add(by()), null);
			case "remove" -> write(new Command.Delete(), expect());
			case "call" -> new Command.Call(id, action(), payload(), view(), op());
			default -> throw error(ErrorCode.UNKNOWN_TYPE, "There is no command of this 'type'");
		};
	}

	private String channel() throws ProtocolException {
		return channel("channel", this.fields.get("channel"));
	}

	private String channel(String field, @Nullable JsonNode channel) throws ProtocolException {
		if (channel == null || !channel.isString()) {
			throw error(ErrorCode.BAD_REQUEST, "'" + field + "' has to be a string");
		}
		String violation = ChannelName.violation(channel.stringValue());
		if (violation != null) {
			throw error(ErrorCode.INVALID_CHANNEL, violation);
		}
		return channel.stringValue();
	}

	private String token() throws ProtocolException {
		String token = text("token", this.fields.get("token"));
		if (!TOKEN.matcher(token).matches()) {
			throw error(ErrorCode.BAD_REQUEST, "'token' has to be the 'resume' of an earlier welcome");
		}
		return token;
	}

	private String credentials() throws ProtocolException {
		JsonNode token = this.fields.get("token");
		if (token == null || !token.isString() || token.stringValue().isBlank()) {
			throw error(ErrorCode.BAD_REQUEST, "'token' has to be a string that is not blank");
		}
		return token.stringValue();
	}

	private Line member(String name) throws ProtocolException {
		if (!this.fields.has(name)) {
			throw error(ErrorCode.BAD_REQUEST, "'" + name + "' is missing: any JSON value, null included");
		}
		return Line.of(Json.member(this.line, name));
	}

	private boolean flag(String name) throws ProtocolException {
		JsonNode flag = this.fields.get(name);
		if (flag != null && !flag.isNull() && !flag.isBoolean()) {
			throw error(ErrorCode.BAD_REQUEST, "'" + name + "' has to be true or false");
		}
		return flag != null && flag.asBoolean(false);
	}

	private @Nullable String after() throws ProtocolException {
		JsonNode after = this.fields.get("after");
		return (after == null || after.isNull()) ? null : text("after", after);
	}

	private List<String> keys() throws ProtocolException {
		JsonNode keys = this.fields.get("keys");
		if (keys == null || keys.isNull()) {
			return List.of();
		}
		if (!keys.isArray() || keys.size() > MAX_KEYS) {
			throw error(ErrorCode.BAD_REQUEST, "'keys' has to be an array of at most " + MAX_KEYS + " strings");
		}
		List<String> read = new ArrayList<>(keys.size());
		for (JsonNode key : keys) {
			read.add(key("keys[" + read.size() + "]", key));
		}
		return read;
	}

	private Command.Write write(Command.Edit edit, @Nullable Long expect) throws ProtocolException {
		return new Command.Write(id(), channel(), key(), edit, expect, op());
	}

	private String key() throws ProtocolException {
		return key("key", this.fields.get("key"));
	}

	private String key(String field, @Nullable JsonNode key) throws ProtocolException {
		if (key == null || !key.isString()) {
			throw error(ErrorCode.BAD_REQUEST, "'" + field + "' has to be a string");
		}
		String violation = StateKey.violation(key.stringValue());
		if (violation != null) {
			throw error(ErrorCode.BAD_REQUEST, violation);
		}
		return key.stringValue();
	}

	private double by() throws ProtocolException {
		JsonNode by = this.fields.get("by");
		if (by == null || by.isNull()) {
			return 1;
		}
		if (!by.isNumber() || !Double.isFinite(by.doubleValue())) {
			throw error(ErrorCode.BAD_REQUEST, "'by' has to be a number");
		}
		return by.doubleValue();
	}

	private @Nullable Long expect() throws ProtocolException {
		JsonNode expect = this.fields.get("expect");
		if (expect == null || expect.isNull()) {
			return null;
		}
		return offset("expect", expect);
	}

	private String action() throws ProtocolException {
		JsonNode action = this.fields.get("action");
		if (action == null || !action.isString()) {
			throw error(ErrorCode.BAD_REQUEST, "'action' has to be a string");
		}
		return action.stringValue();
	}

	private Line payload() throws ProtocolException {
		return this.fields.has("data") ? member("data") : Line.of("null");
	}

	private @Nullable String view() throws ProtocolException {
		JsonNode view = this.fields.get("view");
		return (view == null || view.isNull()) ? null : channel("view", view);
	}

	private @Nullable String op() throws ProtocolException {
		JsonNode op = this.fields.get("op");
		return (op == null || op.isNull()) ? null : text("op", op);
	}

	private Command.@Nullable Since since() throws ProtocolException {
		JsonNode since = this.fields.get("since");
		if (since == null || since.isNull()) {
			return null;
		}
		if (!since.isObject()) {
			throw error(ErrorCode.BAD_REQUEST, "'since' has to be an object with 'epoch' and 'offset'");
		}
		long offset = offset("since.offset", since.get("offset"));
		return new Command.Since(text("since.epoch", since.get("epoch")), offset);
	}

	private long offset(String field, @Nullable JsonNode offset) throws ProtocolException {
		if (offset == null || !offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0
				|| offset.longValue() > MAX_SAFE_INTEGER) {
			throw error(ErrorCode.BAD_REQUEST,
					"'" + field + "' has to be a whole number from 0 to " + MAX_SAFE_INTEGER);
		}
		return offset.longValue();
	}

	private long id() throws ProtocolException {
		if (this.id == null) {
			throw error(ErrorCode.BAD_REQUEST, "'id' has to be a whole number from 1 to " + MAX_SAFE_INTEGER);
		}
		return this.id;
	}

	private String text(String field, @Nullable JsonNode value) throws ProtocolException {
		if (value == null || !value.isString() || value.stringValue().isEmpty()
				|| value.stringValue().length() > MAX_TOKEN_LENGTH) {
			throw error(ErrorCode.BAD_REQUEST,
					"'" + field + "' has to be a string of 1 to " + MAX_TOKEN_LENGTH + " characters");
		}
		return value.stringValue();
	}

	private ProtocolException error(ErrorCode code, String message) {
		return ProtocolException.of(code, this.id, message);
	}

}
