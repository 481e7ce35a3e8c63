package io.github.realtime.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * Cuts the code that is shown on "How this works" out of the code that runs. The build
 * puts the Java sources next to the classes.
 */
@Component
class Snippets {

	/**
	 * Returns a block of code, or an opening tag.
	 * @param path where it is on the class path
	 * @param start how its first line begins
	 * @return up to the line that closes it, at the indentation of the first
	 */
	String cut(String path, String start) {
		List<String> lines = read(path).lines().toList();
		int first = IntStream.range(0, lines.size())
			.filter((i) -> lines.get(i).stripLeading().startsWith(start))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No line of " + path + " begins with " + start));
		String indentation = lines.get(first).substring(0, lines.get(first).indexOf(start));
		int last = IntStream.range(first, lines.size())
			.filter((i) -> start.startsWith("<") ? lines.get(i).endsWith(">")
					: lines.get(i).startsWith(indentation + "}"))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("Nothing closes " + start + " in " + path));
		return lines.subList(first, last + 1)
			.stream()
			.map((line) -> line.isBlank() ? "" : line.substring(indentation.length()).replace("\t", "  "))
			.collect(Collectors.joining("\n"));
	}

	String java(String name, String start) {
		return cut("source/" + getClass().getPackageName().replace('.', '/') + "/" + name, start);
	}

	private static String read(String path) {
		try {
			return new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
