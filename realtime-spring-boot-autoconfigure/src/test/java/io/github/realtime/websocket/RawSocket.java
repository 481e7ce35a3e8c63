package io.github.realtime.websocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocketFactory;

import io.github.realtime.testing.Patience;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import static org.awaitility.Awaitility.await;

/**
 * A TCP socket that speaks WebSocket by hand, well or badly: it can stop reading, send
 * any bytes, fall silent, or go without a word.
 */
final class RawSocket implements AutoCloseable {

	static final int CONTINUATION = 0;

	static final int TEXT = 1;

	static final int CLOSE = 8;

	static final int PING = 9;

	private static final Duration PATIENCE = Patience.ENOUGH;

	private final Socket socket;

	private final DataInputStream in;

	private final OutputStream out;

	private RawSocket(Socket socket) throws IOException {
		this.socket = socket;
		// Not buffered, so that what is not read stays with the peer
		this.in = new DataInputStream(socket.getInputStream());
		this.out = socket.getOutputStream();
	}

	static RawSocket connect(int port) {
		return connect(port, 0);
	}

	/**
	 * Connects.
	 * @param port the server's port
	 * @param receiveBuffer how much the kernel takes while nobody reads; 0 for the usual
	 */
	static RawSocket connect(int port, int receiveBuffer) {
		return connect(port, receiveBuffer, null);
	}

	static RawSocket connect(int port, int receiveBuffer, @Nullable SSLSocketFactory tls) {
		try {
			Socket socket = new Socket();
			if (receiveBuffer > 0) {
				socket.setReceiveBufferSize(receiveBuffer);
			}
			socket.setTcpNoDelay(true);
			socket.setSoTimeout((int) PATIENCE.toMillis());
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
			return new RawSocket((tls != null) ? tls.createSocket(socket, "localhost", port, true) : socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Connects, upgrades, and reads the welcome.
	 */
	static RawSocket open(int port, int receiveBuffer) {
		return open(port, receiveBuffer, null);
	}

	/**
	 * Connects, upgrades, and reads the welcome.
	 * @param tls makes it a TLS connection, {@code null} for none
	 */
	static RawSocket open(int port, int receiveBuffer, @Nullable SSLSocketFactory tls) {
		RawSocket socket = connect(port, receiveBuffer, tls);
		Response response = socket.upgrade("/realtime");
		if (response.status() != 101) {
			throw new AssertionError("The handshake was answered with " + response);
		}
		String welcome = socket.readText();
		if (!welcome.contains("\"welcome\"")) {
			throw new AssertionError("Instead of a welcome came " + welcome);
		}
		return socket;
	}

	/**
	 * Waits until something has arrived, without reading it.
	 */
	void awaitArrival() {
		await().pollInterval(Duration.ofMillis(2)).until(() -> this.socket.getInputStream().available() > 0);
	}

	/**
	 * Asks for a WebSocket.
	 * @param path the path
	 * @param headers names and values in turn
	 */
	Response upgrade(String path, String... headers) {
		return request(path, upgrading(headers));
	}

	/**
	 * Asks for a WebSocket and sends text at once, in one packet.
	 * @param path the path
	 * @param text the text
	 */
	Response upgradeAndSend(String path, String text) {
		sendBytes(head(path, upgrading()), frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8)));
		return readResponse();
	}

	private static String[] upgrading(String... headers) {
		String[] all = new String[headers.length + 8];
		System.arraycopy(new String[] { "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13",
				"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==" }, 0, all, 0, 8);
		System.arraycopy(headers, 0, all, 8, headers.length);
		return all;
	}

	Response request(String path, String... headers) {
		sendBytes(head(path, headers));
		return readResponse();
	}

	private byte[] head(String path, String... headers) {
		StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost:")
			.append(this.socket.getPort())
			.append("\r\n");
		for (int i = 0; i < headers.length; i += 2) {
			request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
		}
		return request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
	}

	private Response readResponse() {
		try {
			String[] status = readHeadLine().split(" ", 3);
			Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			for (String line = readHeadLine(); !line.isEmpty(); line = readHeadLine()) {
				int colon = line.indexOf(':');
				fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
			}
			int length = Integer.parseInt(fields.getOrDefault("Content-Length", "0"));
			String body = new String(this.in.readNBytes(length), StandardCharsets.UTF_8);
			return new Response(Integer.parseInt(status[1]), fields, body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String readHeadLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int b = this.in.readUnsignedByte(); b != '\n'; b = this.in.readUnsignedByte()) {
			if (b != '\r') {
				line.write(b);
			}
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	void sendText(String text) {
		sendFrame(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sends a frame, masked as a client's have to be.
	 */
	void sendFrame(int opcode, boolean last, byte... payload) {
		sendBytes(frame(opcode, last, payload));
	}

	private static byte[] frame(int opcode, boolean last, byte... payload) {
		ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
		frame.put((byte) ((last ? 0x80 : 0) | opcode));
		if (payload.length < 126) {
			frame.put((byte) (0x80 | payload.length));
		}
		else if (payload.length < 65536) {
			frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
		}
		else {
			frame.put((byte) (0x80 | 127)).putLong(payload.length);
		}
		byte[] mask = { 0x12, 0x34, 0x56, 0x78 };
		frame.put(mask);
		for (int i = 0; i < payload.length; i++) {
			frame.put((byte) (payload[i] ^ mask[i % 4]));
		}
		byte[] bytes = new byte[frame.position()];
		frame.flip().get(bytes);
		return bytes;
	}

	private void sendBytes(byte[] first, byte[] second) {
		byte[] bytes = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, bytes, first.length, second.length);
		sendBytes(bytes);
	}

	void sendBytes(byte... bytes) {
		try {
			this.out.write(bytes);
			this.out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads one frame as it stands on the wire.
	 */
	Frame readFrame() {
		try {
			int first = this.in.readUnsignedByte();
			int second = this.in.readUnsignedByte();
			long length = second & 0x7f;
			if (length == 126) {
				length = this.in.readUnsignedShort();
			}
			else if (length == 127) {
				length = this.in.readLong();
			}
			byte[] payload = this.in.readNBytes((int) length);
			if (payload.length < length) {
				throw new EOFException();
			}
			return new Frame(first & 0x0f, (first & 0x80) != 0, (first & 0x70) != 0, payload);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads one message, which may have come in several fragments.
	 */
	String readText() {
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		while (true) {
			Frame frame = readFrame();
			if (frame.opcode() != TEXT && frame.opcode() != CONTINUATION) {
				throw new AssertionError("Instead of text came " + frame);
			}
			text.writeBytes(frame.payload());
			if (frame.last()) {
				return text.toString(StandardCharsets.UTF_8);
			}
		}
	}

	List<JsonNode> readLines() {
		return readText().lines().map(RawClient::json).toList();
	}

	/**
	 * Reads all that is left, and answers a close frame.
	 * @return the frames; the last may be missing its end
	 */
	List<Frame> drain() {
		return drain(true);
	}

	/**
	 * Reads all that is left and never says a word.
	 * @return the frames; the last may be missing its end
	 */
	List<Frame> drainSilently() {
		return drain(false);
	}

	private List<Frame> drain(boolean answering) {
		List<Frame> frames = new ArrayList<>();
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		try {
			while (System.nanoTime() < deadline) {
				this.socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
				Frame frame = readFrame();
				frames.add(frame);
				if (answering && frame.opcode() == CLOSE) {
					sendFrame(CLOSE, true, frame.payload());
				}
			}
		}
		catch (UncheckedIOException ex) {
			if (!(ex.getCause() instanceof SocketTimeoutException)) {
				return frames;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		throw new AssertionError("The server did not end the connection within " + PATIENCE + "; " + frames.size()
				+ " frames came" + (frames.isEmpty() ? "" : ", the last: " + frames.get(frames.size() - 1)));
	}

	/**
	 * Goes with a reset.
	 */
	void reset() {
		try {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The head and body of an HTTP response.
	 */
	record Response(int status, Map<String, String> headers, String body) {

	}

	/**
	 * One frame on the wire.
	 */
	record Frame(int opcode, boolean last, boolean reserved, byte[] payload) {

		String text() {
			return new String(this.payload, StandardCharsets.UTF_8);
		}

		int closeCode() {
			if (this.opcode != CLOSE) {
				throw new AssertionError("Instead of a close frame came " + this);
			}
			return ByteBuffer.wrap(this.payload).getShort() & 0xffff;
		}

		@Override
		public String toString() {
			String text = (this.opcode == CLOSE) ? "close " + closeCode() : text();
			return "opcode " + this.opcode + ": " + text.substring(0, Math.min(300, text.length()));
		}

	}

}
