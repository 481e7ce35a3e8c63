package io.github.realtime.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of this repository, with blocks of code in it.
 */
record Documentation(String text) {

	private static final Path HOME = Path.of("..");

	static Documentation of(String file) throws IOException {
		return new Documentation(Files.readString(HOME.resolve(file)));
	}

	/**
	 * The blocks of a language, in the order of the text.
	 */
	List<String> blocks(String language) {
		return Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
			.matcher(this.text)
			.results()
			.map((block) -> block.group(1))
			.toList();
	}

	/**
	 * Every language that has a block.
	 */
	List<String> languages() {
		return Pattern.compile("^```(\\w*)\n.*?^```$", Pattern.MULTILINE | Pattern.DOTALL)
			.matcher(this.text)
			.results()
			.map((block) -> block.group(1))
			.distinct()
			.toList();
	}

}
