package io.github.realtime.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import io.github.realtime.benchmarks.control.Mark;
import org.jspecify.annotations.Nullable;

/**
 * A client: reads frames, and checks the marks in them. Used by the generator's thread
 * only.
 */
final class Connection {

	private static final byte[] NOTHING = {};

	private static final int TEXT = 1;

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private static final int PONG = 10;

	private final Generator generator;

	private final Wire wire;

	private final int port;

	private final int index;

	private final int[] channels;

	private final int[] next;

	private final boolean[] probed;

	private final SocketChannel socket;

	private final SelectionKey key;

	private final @Nullable Position since;

	private final boolean stuck;

	/** By subscription the messages that came, where they need not be in order. */
	private final BitSet @Nullable [] seen;

	private int run;

	private int subscribed;

	private @Nullable String stream;

	private long offset;

	/** The id of the last message, where the server gives each one. */
	private @Nullable String lastId;

	private boolean open;

	/** What was read of a frame that is not all there. */
	private byte[] rest = NOTHING;

	/** The fragments of a message that is not all there. */
	private byte[] fragments = NOTHING;

	Connection(Generator generator, Selector selector, Plan plan, int index, @Nullable Position since)
			throws IOException {
		this.generator = generator;
		this.wire = plan.wire();
		this.port = plan.port();
		this.index = index;
		this.channels = plan.channels().apply(index);
		this.next = new int[this.channels.length];
		this.probed = new boolean[this.channels.length];
		this.since = since;
		this.stuck = plan.stuck() == index;
		this.seen = plan.ordered() ? null
				: Stream.generate(BitSet::new).limit(this.channels.length).toArray(BitSet[]::new);
		this.socket = SocketChannel.open();
		this.socket.configureBlocking(false);
		this.socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
		// Leave nothing in TIME_WAIT: ports are few
		this.socket.setOption(StandardSocketOptions.SO_LINGER, 0);
		if (this.stuck) {
			this.socket.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
		}
		this.key = this.socket.register(selector, SelectionKey.OP_CONNECT, this);
		if (this.socket.connect(new InetSocketAddress("127.0.0.1", this.port))) {
			connected();
		}
	}

	/**
	 * Returns its number.
	 * @return the number, from 0
	 */
	int index() {
		return this.index;
	}

	/**
	 * Returns the numbers of the channels that it subscribes to.
	 * @return the numbers
	 */
	int[] channels() {
		return this.channels;
	}

	/**
	 * Returns where it left off before.
	 * @return the position, or {@code null} if it was not here before
	 */
	@Nullable Position position() {
		return this.since;
	}

	/**
	 * Returns where it is: after what it got on its only channel.
	 * @return the position
	 */
	Position reached() {
		return new Position((this.stream != null) ? this.stream : "",
				(this.lastId != null) ? this.lastId : Long.toString(this.offset));
	}

	/**
	 * Notes a subscription of which the server says nothing.
	 */
	void subscribed() {
		this.subscribed++;
		if (this.subscribed == this.channels.length) {
			this.generator.ready(this);
		}
	}

	void subscribed(String stream, long offset) {
		this.stream = stream;
		this.offset = offset;
		subscribed();
	}

	void fault(String what) {
		this.generator.fault(what);
	}

	/**
	 * Stops reading for good.
	 */
	void stopReading() {
		this.key.interestOps(0);
	}

	/**
	 * Tells whether it was here before, and is not yet again.
	 * @return {@code true} until the server has taken it
	 */
	boolean isComingBack() {
		return this.since != null && !this.open;
	}

	boolean isStuck() {
		return this.stuck;
	}

	void connected() throws IOException {
		if (this.socket.isConnectionPending()) {
			this.socket.finishConnect();
		}
		this.key.interestOps(SelectionKey.OP_READ);
		write(ByteBuffer.wrap(this.wire.handshake(this.port)));
	}

	/**
	 * Sends a text.
	 * @param text the text
	 */
	void send(String text) {
		frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	/** Masks with zeros, which is a mask like any other, and costs nothing. */
	private void frame(int opcode, byte[] payload) {
		ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
		frame.put((byte) (0x80 | opcode));
		if (payload.length < 126) {
			frame.put((byte) (0x80 | payload.length));
		}
		else {
			frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
		}
		write(frame.putInt(0).put(payload).flip());
	}

	private void write(ByteBuffer bytes) {
		try {
			this.socket.write(bytes);
			if (bytes.hasRemaining()) {
				throw new IOException("The server does not read");
			}
		}
		catch (IOException ex) {
			this.generator.gone(this, ex.toString());
		}
	}

	/**
	 * Reads what is there.
	 * @param direct for the socket
	 * @param bytes to look at it
	 * @throws IOException if the connection is broken
	 */
	void read(ByteBuffer direct, byte[] bytes) throws IOException {
		int count = this.socket.read(direct.clear());
		if (count < 0) {
			this.generator.gone(this, "The server closed a connection");
			return;
		}
		long now = System.nanoTime();
		int kept = this.rest.length;
		System.arraycopy(this.rest, 0, bytes, 0, kept);
		direct.flip().get(bytes, kept, count);
		int end = kept + count;
		int at = this.open ? 0 : skipResponse(bytes, end);
		for (int next = at; next >= 0; next = frame(bytes, at, end, now)) {
			at = next;
		}
		this.rest = (at == end) ? NOTHING : Arrays.copyOfRange(bytes, at, end);
	}

	private int skipResponse(byte[] bytes, int end) throws IOException {
		for (int i = 3; i < end; i++) {
			if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
				String response = new String(bytes, 0, i, StandardCharsets.ISO_8859_1);
				if (!response.startsWith("HTTP/1.1 101")) {
					String status = response.lines().findFirst().orElse(response);
					if (status.startsWith("HTTP/1.1 503")) {
						throw new IOException(status);
					}
					throw new IllegalStateException(status);
				}
				this.open = true;
				this.wire.opened(this);
				return i + 1;
			}
		}
		return 0;
	}

	/** Returns where the next frame begins, or -1 if this one is not all there. */
	private int frame(byte[] bytes, int at, int end, long now) {
		if (!this.open || end - at < 2) {
			return -1;
		}
		int payload = at + 2;
		long length = bytes[at + 1];
		if (length >= 126) {
			int size = (length == 126) ? 2 : 8;
			payload += size;
			if (payload > end) {
				return -1;
			}
			length = 0;
			for (int i = payload - size; i < payload; i++) {
				length = length << 8 | bytes[i] & 0xff;
			}
		}
		if (length > end - payload) {
			return -1;
		}
		int next = payload + (int) length;
		int opcode = bytes[at] & 0x0f;
		boolean last = bytes[at] < 0;
		if (opcode == CLOSE) {
			this.generator.gone(this, "The server closed a connection with "
					+ ((length >= 2) ? (bytes[payload] & 0xff) << 8 | bytes[payload + 1] & 0xff : "no code"));
		}
		else if (opcode == PING) {
			frame(PONG, Arrays.copyOfRange(bytes, payload, next));
		}
		else if (opcode < CLOSE && last && this.fragments.length == 0) {
			text(bytes, payload, next, now);
		}
		else if (opcode < CLOSE) {
			int kept = this.fragments.length;
			this.fragments = Arrays.copyOf(this.fragments, kept + (int) length);
			System.arraycopy(bytes, payload, this.fragments, kept, (int) length);
			if (last) {
				text(this.fragments, 0, this.fragments.length, now);
				this.fragments = NOTHING;
			}
		}
		return next;
	}

	private void text(byte[] bytes, int start, int end, long now) {
		int marks = 0;
		int lines = 1;
		for (int i = start; i < end; i++) {
			byte b = bytes[i];
			if (b == Mark.START) {
				int length = Mark.length(bytes, i, end);
				if (length < 0) {
					this.generator
						.wrong("A broken message: " + new String(bytes, start, end - start, StandardCharsets.UTF_8));
					return;
				}
				message(bytes, i, now);
				marks++;
				i += length - 1;
			}
			else if (b == '\n') {
				lines++;
			}
		}
		if (marks > 0 && this.wire.endsWithId()) {
			this.lastId = lastString(bytes, end);
		}
		if (marks == 0 && !this.wire.joinsLines()) {
			this.wire.told(this, new String(bytes, start, end - start, StandardCharsets.UTF_8));
		}
		else if (marks < lines && this.wire.joinsLines()) {
			new String(bytes, start, end - start, StandardCharsets.UTF_8).lines()
				.filter((line) -> line.indexOf(Mark.START) < 0)
				.forEach((line) -> this.wire.told(this, line));
		}
	}

	private static String lastString(byte[] bytes, int end) {
		int quote = end;
		int start = 0;
		while (start == 0) {
			quote--;
			if (bytes[quote] == '"') {
				start = quote;
			}
		}
		do {
			start--;
		}
		while (bytes[start] != '"');
		return new String(bytes, start + 1, quote - start - 1, StandardCharsets.US_ASCII);
	}

	private void message(byte[] bytes, int at, long now) {
		int run = Mark.run(bytes, at);
		int channel = Mark.channel(bytes, at);
		int index = 0;
		while (index < this.channels.length && this.channels[index] != channel) {
			index++;
		}
		if (index == this.channels.length) {
			this.generator.wrong("A message of channel " + channel + ", which nobody asked for");
			return;
		}
		this.offset++;
		if (run == Tally.PROBE) {
			if (!this.probed[index]) {
				this.probed[index] = true;
				this.generator.probed();
			}
			return;
		}
		if (run != this.run) {
			this.run = run;
			Arrays.fill(this.next, 0);
			if (this.seen != null) {
				Arrays.stream(this.seen).forEach(BitSet::clear);
			}
		}
		int sequence = Mark.sequence(bytes, at);
		int expected = this.next[index];
		if (this.seen != null) {
			if (this.seen[index].get(sequence)) {
				this.generator.wrong("Message " + sequence + " of channel " + channel + " came twice");
			}
			this.seen[index].set(sequence);
			if (sequence < expected) {
				this.generator.late();
			}
		}
		else if (sequence != expected) {
			this.generator
				.wrong("Message " + sequence + " of channel " + channel + " came where " + expected + " was next");
		}
		this.next[index] = Math.max(expected, sequence + 1);
		this.generator.delivered(run, Mark.due(bytes, at), now);
	}

	void close() {
		this.key.cancel();
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			// It is gone, then
		}
	}

	/**
	 * What to connect to, and how.
	 *
	 * @param wire the protocol
	 * @param port the server's port
	 * @param channels which channels the client of a number subscribes to
	 * @param ordered whether messages have to come in order
	 * @param stuck the number of the client that will stop reading, or -1
	 */
	record Plan(Wire wire, int port, IntFunction<int[]> channels, boolean ordered, int stuck) {

	}

	/**
	 * Where a client left off.
	 *
	 * @param stream in what: an epoch, or a session
	 * @param offset where in it
	 */
	record Position(String stream, String offset) {

	}

}
