package io.github.realtime.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * The Redis binaries that tests run, in order of preference.
 */
public enum Redis {

	/**
	 * The {@code redis-server} on the path, where there is one.
	 */
	INSTALLED {

		@Override
		@Nullable Path locate() {
			return Stream.of(System.getenv("PATH").split(File.pathSeparator))
				.map((directory) -> Path.of(directory, "redis-server"))
				.filter(Files::isExecutable)
				.findFirst()
				.orElse(null);
		}

	},

	/**
	 * Redis 6.2, from the dependency that carries it.
	 */
	EMBEDDED {

		@Override
		Path locate() throws IOException {
			File directory = Leftovers.newDirectory("redis-binary-").toFile();
			return ExecutableProvider.newJarResourceProvider(directory).get().toPath();
		}

	};

	private static final Pattern VERSION = Pattern.compile("v=([0-9.]+)");

	private boolean looked;

	private @Nullable Path binary;

	private @Nullable String version;

	abstract @Nullable Path locate() throws IOException;

	/**
	 * Those that run on this machine; for a {@code MethodSource} too.
	 */
	public static List<Redis> available() {
		return Arrays.stream(values()).filter(Redis::isAvailable).toList();
	}

	/**
	 * The first of those that run on this machine.
	 */
	public static Redis any() {
		return available().stream()
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Neither an installed nor the embedded Redis runs here"));
	}

	public synchronized boolean isAvailable() {
		if (!this.looked) {
			this.looked = true;
			look();
		}
		return this.version != null;
	}

	/**
	 * The version, such as 7.0.15.
	 */
	public String version() {
		requireAvailable();
		return String.valueOf(this.version);
	}

	String binary() {
		requireAvailable();
		return String.valueOf(this.binary);
	}

	private void requireAvailable() {
		if (!isAvailable()) {
			throw new IllegalStateException(this + " does not run on this machine");
		}
	}

	private void look() {
		try {
			this.binary = locate();
			if (this.binary != null) {
				this.version = version(this.binary);
			}
		}
		catch (IOException | RuntimeException ex) {
			// none for this system, or one whose libraries are missing
		}
	}

	private static @Nullable String version(Path binary) throws IOException {
		Process process = new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		Matcher version = VERSION.matcher(output);
		return version.find() ? version.group(1) : null;
	}

}
