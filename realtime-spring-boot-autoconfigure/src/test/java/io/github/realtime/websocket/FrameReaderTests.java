package io.github.realtime.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FrameReader}.
 */
class FrameReaderTests {

	private static final int LIMIT = 70_000;

	private static final int[] LENGTHS = { 0, 1, 125, 126, 127, 1000, 65_535, 65_536, LIMIT };

	private final Recorder recorder = new Recorder();

	private final FrameReader reader = new FrameReader(LIMIT, this.recorder);

	@Test
	void messagesInPiecesOfAnySizeArriveWholeAndInOrder() throws Exception {
		long seed = System.nanoTime();
		System.out.println("FrameReaderTests seed " + seed);
		Random random = new Random(seed);
		for (int round = 0; round < 200; round++) {
			ByteArrayOutputStream sent = new ByteArrayOutputStream();
			List<String> expected = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				message(random, sent, expected);
			}
			ByteBuffer all = ByteBuffer.wrap(sent.toByteArray());
			while (all.hasRemaining()) {
				int count = Math.min(all.remaining(), 1 + random.nextInt(random.nextBoolean() ? 5 : 5000));
				this.reader.read(all.slice(all.position(), count));
				all.position(all.position() + count);
			}
			assertThat(this.recorder.received).isEqualTo(expected);
			this.recorder.received.clear();
		}
	}

	private static void message(Random random, ByteArrayOutputStream sent, List<String> expected) {
		byte[] payload = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
		for (int i = 0; i < payload.length; i++) {
			payload[i] = (byte) ('a' + random.nextInt(26));
		}
		if (payload.length > 2) {
			System.arraycopy("\u20ac".getBytes(StandardCharsets.UTF_8), 0, payload, random.nextInt(payload.length - 2),
					3);
		}
		int parts = 1 + random.nextInt(4);
		int from = 0;
		for (int part = 1; part <= parts; part++) {
			int to = (part == parts) ? payload.length : from + random.nextInt(payload.length - from + 1);
			byte[] piece = new byte[to - from];
			System.arraycopy(payload, from, piece, 0, piece.length);
			sent.writeBytes(frame(((part == parts) ? 0x80 : 0) | ((part == 1) ? 1 : 0), piece, random));
			if (part < parts) {
				expected.add("part");
			}
			if (random.nextInt(3) == 0) {
				String ping = "p" + random.nextInt(1000);
				sent.writeBytes(frame(0x89, ping.getBytes(StandardCharsets.UTF_8), random));
				if (part < parts) {
					expected.add("ping " + ping);
				}
				else {
					sent.writeBytes(frame(0x8a, new byte[0], random));
					expected.add(new String(payload, StandardCharsets.UTF_8));
					expected.add("ping " + ping);
					return;
				}
			}
			from = to;
		}
		expected.add(new String(payload, StandardCharsets.UTF_8));
	}

	private static byte[] frame(int first, byte[] payload, Random random) {
		int length = payload.length;
		ByteBuffer frame = ByteBuffer.allocate(14 + length).put((byte) first);
		if (length < 126) {
			frame.put((byte) (0x80 | length));
		}
		else if (length < 65_536) {
			frame.put((byte) 0xfe).putShort((short) length);
		}
		else {
			frame.put((byte) 0xff).putLong(length);
		}
		byte[] mask = new byte[4];
		random.nextBytes(mask);
		frame.put(mask);
		for (int i = 0; i < length; i++) {
			frame.put((byte) (payload[i] ^ mask[i % 4]));
		}
		byte[] bytes = new byte[frame.position()];
		frame.flip().get(bytes);
		return bytes;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			c1 80 00000000                  | 1002 | a reserved bit
			83 80 00000000                  | 1002 | an unknown opcode
			8b 80 00000000                  | 1002 | an unknown opcode
			81 00                           | 1002 | a frame that is not masked
			09 80 00000000                  | 1002 | a control frame that is too long
			89 fe 007e 00000000             | 1002 | a control frame that is too long
			80 80 00000000                  | 1002 | a frame out of turn
			01 80 00000000 81 80 00000000   | 1002 | a frame out of turn
			81 ff 8000000000000000 00000000 | 1002 | an impossible length
			88 81 00000000 03               | 1002 | half a close code
			88 82 00000000 0000             | 1002 | a close code that is none
			88 82 00000000 03e7             | 1002 | a close code that is none
			88 82 00000000 03ec             | 1002 | a close code that is none
			88 82 00000000 03ed             | 1002 | a close code that is none
			88 82 00000000 03ee             | 1002 | a close code that is none
			88 82 00000000 03f7             | 1002 | a close code that is none
			88 82 00000000 0bb7             | 1002 | a close code that is none
			88 82 00000000 1388             | 1002 | a close code that is none
			88 82 00000000 ffff             | 1002 | a close code that is none
			81 81 00000000 ff               | 1007 | text that is not UTF-8
			01 81 00000000 c3 80 81 00000000 28 | 1007 | text that is not UTF-8
			88 83 00000000 03e8 ff          | 1007 | text that is not UTF-8
			""")
	void whatBreaksTheRulesIsNamed(String bytes, int code, String what) {
		byte[] input = HexFormat.of().parseHex(bytes.replace(" ", ""));
		assertThatExceptionOfType(FrameReader.ViolationException.class)
			.isThrownBy(() -> this.reader.read(ByteBuffer.wrap(input)))
			.withMessage("The client sent " + what)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(code));
	}

	@Test
	void messageThatIsTooLargeIsToldOnceAndWhatFollowsIsRead() throws Exception {
		Random random = new Random(1);
		this.reader.read(ByteBuffer.wrap(frame(0x01, new byte[LIMIT], random)));
		this.reader.read(ByteBuffer.wrap(frame(0x00, new byte[1], random)));
		this.reader.read(ByteBuffer.wrap(frame(0x80, new byte[LIMIT], random)));
		this.reader.read(ByteBuffer.wrap(frame(0x82, new byte[LIMIT], random)));
		this.reader.read(ByteBuffer.wrap(frame(0x81, "next".getBytes(StandardCharsets.UTF_8), random)));
		this.reader.read(ByteBuffer.wrap(frame(0x88, new byte[] { 3, (byte) 0xe8, 'x' }, random)));
		assertThat(this.recorder.received).containsExactly("part", "too large", "part", "binary", "next",
				"close 03e878");
	}

	@Test
	void partThatIsSaidToBeAsLongAsCanBeIsTooLarge() throws Exception {
		this.reader.read(ByteBuffer.wrap(frame(0x01, new byte[1], new Random(1))));
		this.reader.read(ByteBuffer.wrap(HexFormat.of().parseHex("00ff7fffffffffffffff00000000")));
		assertThat(this.recorder.received).containsExactly("part", "too large");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1003, 1007, 1011, 1014, 3000, 4000, 4999 })
	void closeCodeThatMayBeSentIsTold(int code) throws Exception {
		byte[] payload = ByteBuffer.allocate(2).putShort((short) code).array();
		this.reader.read(ByteBuffer.wrap(frame(0x88, payload, new Random(1))));
		assertThat(this.recorder.received).containsExactly("close " + HexFormat.of().formatHex(payload));
	}

	private static final class Recorder implements FrameReader.Receiver {

		private final List<String> received = new ArrayList<>();

		@Override
		public void text(String text) {
			this.received.add(text);
		}

		@Override
		public void part() {
			this.received.add("part");
		}

		@Override
		public void binary() {
			this.received.add("binary");
		}

		@Override
		public void tooLarge() {
			this.received.add("too large");
		}

		@Override
		public void ping(byte[] payload) {
			this.received.add("ping " + new String(payload, StandardCharsets.UTF_8));
		}

		@Override
		public void close(byte[] payload) {
			this.received.add("close " + HexFormat.of().formatHex(payload));
		}

	}

}
