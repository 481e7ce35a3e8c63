package io.github.realtime.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/views.md} shows is Java.
 */
class ViewDocumentationTests {

	private static final String IMPORTS = """
			package docs;

			import java.security.Principal;

			import io.github.realtime.*;
			import io.github.realtime.annotation.*;
			import jakarta.validation.Valid;
			import jakarta.validation.constraints.*;
			import org.jspecify.annotations.Nullable;

			import org.springframework.stereotype.*;
			import org.springframework.transaction.annotation.Transactional;
			import org.springframework.web.bind.annotation.*;

			interface NoteRepository {

				void save(long id, String text, String user);

				void save(long id, String text);

			}

			""";

	@Test
	void viewsDocumentationShowsJavaThatCompiles() throws IOException {
		List<String> blocks = Documentation.of("docs/views.md").blocks("java");
		assertThat(blocks).hasSize(2);
		Path directory = Files.createDirectories(Path.of("target/documentation/docs"));
		Path notes = Files.writeString(directory.resolve("Notes.java"), IMPORTS + blocks.get(0));
		Path controller = Files.writeString(directory.resolve("NoteController.java"), """
				%s
				@Controller
				class NoteController {

					NoteRepository notes;

					RealtimeTemplate realtime;

					%s
				}
				""".formatted(IMPORTS.replaceAll("(?s)interface.*", ""), blocks.get(1)));
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", "target/documentation", "-cp", System.getProperty("java.class.path"),
					"-proc:none", notes.toString(), controller.toString()))
			.as("compiler's status")
			.isZero();
	}

}
