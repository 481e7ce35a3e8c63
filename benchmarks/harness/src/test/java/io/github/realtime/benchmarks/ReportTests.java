package io.github.realtime.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.github.realtime.benchmarks.Report.Sample;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	private final Report report = new Report("Measured today.", Map.of("kernel", "Linux"));

	@TempDir
	private Path directory;

	@Test
	void writeWhenSeveralRoundsThenMediansSpreadAndRatiosOfEachRound() throws Exception {
		add("ours", 1, 1, null);
		add("peer", 1, 10, null);
		add("ours", 2, 2, null);
		add("peer", 2, 40, null);
		add("ours", 3, 4, null);
		add("peer", 3, 20, null);
		this.report.write(this.directory);
		assertThat(Files.readString(this.directory.resolve("results.md")))
			.contains("| ours! | 3 | 2.00 (1.00–4.00) | 1.00 (1.00–1.00) |")
			.contains("| peer! | 3 | 20.0 (10.0–40.0) | 10.0 (5.00–20.0) |");
		assertThat(this.report.isValid()).isTrue();
	}

	@Test
	void writeWhenRunIsInvalidThenItIsNoResult() throws Exception {
		add("ours", 1, 1, null);
		add("ours", 2, 1000, "A message was lost");
		this.report.write(this.directory);
		assertThat(Files.readString(this.directory.resolve("results.md"))).contains("| ours! | 1 (1 invalid) | 1.00 |");
		assertThat(Files.readString(this.directory.resolve("results.json"))).contains("A message was lost");
		assertThat(this.report.isValid()).isFalse();
	}

	@Test
	void fillWhenThereAreMarkersThenReplacesWhatIsBetween() throws Exception {
		add("ours", 1, 1, null);
		Path document = this.directory.resolve("performance.md");
		Files.writeString(document,
				"a\n<!-- results:burst -->\nold\n<!-- end -->\nb\n<!-- results:paced -->\nkept\n<!-- end -->\nc\n");
		this.report.fill(document);
		this.report.fill(document);
		assertThat(Files.readString(document)).startsWith("a\n<!-- results:burst -->\n\n| | runs")
			.doesNotContain("old")
			.endsWith("|\n\nMeasured today.\n\n<!-- end -->\nb\n<!-- results:paced -->\nkept\n<!-- end -->\nc\n");
	}

	@Test
	void fillWhenOnlySomeIsMeasuredThenKeepsOtherRowsOfGrowth() throws Exception {
		this.report.add(new Sample("paced", "ours", "ours!", 1, Map.of("CPU µs per delivery", 2.5), null));
		String memory = "| memory of the connections, GiB | 7.00 | memory: something |";
		String cores = "| cores, if each gets one message a second, with 1,000 on its channel | ";
		Path document = this.directory.resolve("performance.md");
		Files.writeString(document,
				"<!-- results:growth -->\n" + memory + "\n" + cores + "9.00 | old |\n<!-- end -->\n");
		this.report.fill(document);
		assertThat(Files.readString(document)).contains(memory + "\n" + cores + "2.50 | paced").doesNotContain("old");
	}

	private void add(String server, int round, double figure, @Nullable String invalid) {
		this.report.add(new Sample("burst", server, server + "!", round, Map.of("CPU", figure), invalid));
	}

}
