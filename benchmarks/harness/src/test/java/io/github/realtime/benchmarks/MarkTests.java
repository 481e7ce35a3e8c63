package io.github.realtime.benchmarks;

import java.nio.charset.StandardCharsets;

import io.github.realtime.benchmarks.control.Mark;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MarkTests {

	private final byte[] bytes = ("{\"text\":\"" + Mark.write(12, 345, 6789, 123456789012345678L, 100) + "\"}")
		.getBytes(StandardCharsets.UTF_8);

	@Test
	void readWhenWrittenThenIsTheSame() {
		int at = 9;
		assertThat(this.bytes[at]).isEqualTo(Mark.START);
		assertThat(Mark.run(this.bytes, at)).isEqualTo(12);
		assertThat(Mark.channel(this.bytes, at)).isEqualTo(345);
		assertThat(Mark.sequence(this.bytes, at)).isEqualTo(6789);
		assertThat(Mark.due(this.bytes, at)).isEqualTo(123456789012345678L);
		assertThat(Mark.length(this.bytes, at, this.bytes.length)).isEqualTo(100);
	}

	@Test
	void lengthWhenCutShortThenTells() {
		assertThat(Mark.length(this.bytes, 9, 108)).isNegative();
		assertThat(Mark.length(this.bytes, 9, 30)).isNegative();
	}

}
