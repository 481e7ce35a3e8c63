package io.github.realtime.broker.redis;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One call of a script. Its keys and arguments are set by name, in any order; the script
 * knows the place of each.
 */
final class ScriptCall {

	private final Script script;

	private final @Nullable String[] keys;

	private byte[] @Nullable [] arguments;

	ScriptCall(Script script) {
		this.script = script;
		this.keys = new String[script.keys().size()];
		this.arguments = new byte[script.arguments().size()][];
	}

	ScriptCall with(ScriptKey key, @Nullable String name) {
		this.keys[this.script.placeOf(key)] = name;
		return this;
	}

	ScriptCall with(ScriptArgument argument, byte[] value) {
		this.arguments[this.script.placeOf(argument)] = value;
		return this;
	}

	/**
	 * Sets an argument.
	 * @param argument the argument
	 * @param value its value; {@code null} is an empty text
	 * @return this
	 */
	ScriptCall with(ScriptArgument argument, @Nullable String value) {
		return with(argument, (value != null) ? Bytes.of(value) : Bytes.EMPTY);
	}

	ScriptCall with(ScriptArgument argument, long value) {
		return with(argument, Bytes.of(value));
	}

	ScriptCall with(ScriptArgument argument, boolean value) {
		return with(argument, Bytes.of(value));
	}

	/**
	 * Sets an argument that stands for any number of them.
	 * @param argument the last argument of the script
	 * @param values its values
	 * @return this
	 */
	ScriptCall with(ScriptArgument argument, List<byte[]> values) {
		int place = this.script.placeOf(argument);
		this.arguments = Arrays.copyOf(this.arguments, place + values.size());
		for (byte[] value : values) {
			this.arguments[place++] = value;
		}
		return this;
	}

	Script script() {
		return this.script;
	}

	/**
	 * Returns the keys in the order of the script.
	 * @return the keys; without the idempotency key, which is the last one, if there is
	 * none
	 */
	String[] keys() {
		int last = this.keys.length - 1;
		boolean complete = this.keys[last] != null || this.script.keys().get(last) != ScriptKey.IDEMPOTENCY_KEY;
		String[] keys = new String[complete ? last + 1 : last];
		for (int i = 0; i < keys.length; i++) {
			String key = this.keys[i];
			Assert.state(key != null, "A key is missing");
			keys[i] = key;
		}
		return keys;
	}

	/**
	 * Returns the arguments in the order of the script.
	 * @return the arguments
	 */
	byte[][] arguments() {
		byte[][] arguments = new byte[this.arguments.length][];
		for (int i = 0; i < arguments.length; i++) {
			byte[] argument = this.arguments[i];
			Assert.state(argument != null, "An argument is missing");
			arguments[i] = argument;
		}
		return arguments;
	}

}
