package io.github.realtime.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis that knows just the protocol, so that no driver's own behaviour
 * gets between a test and the server.
 */
final class RespConnection implements AutoCloseable {

	private static final int PATIENCE = 20_000;

	private final Socket socket = new Socket();

	private final DataInputStream in;

	RespConnection(int port) throws IOException {
		try {
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(PATIENCE);
			this.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
			this.in = new DataInputStream(new BufferedInputStream(this.socket.getInputStream()));
		}
		catch (IOException ex) {
			this.socket.close();
			throw ex;
		}
	}

	/**
	 * Sends a command.
	 * @return a String, a Long, a List of these, or null
	 * @throws IllegalStateException with the text of the error that the server answers
	 */
	@Nullable Object call(String... command) throws IOException {
		ByteArrayOutputStream request = new ByteArrayOutputStream();
		request.writeBytes(ascii("*" + command.length + "\r\n"));
		for (String argument : command) {
			byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
			request.writeBytes(ascii("$" + bytes.length + "\r\n"));
			request.writeBytes(bytes);
			request.writeBytes(ascii("\r\n"));
		}
		this.socket.getOutputStream().write(request.toByteArray());
		return reply();
	}

	private @Nullable Object reply() throws IOException {
		String line = line();
		String rest = line.substring(1);
		return switch (line.charAt(0)) {
			case '+' -> rest;
			case ':' -> Long.valueOf(rest);
			case '$' -> bulk(Integer.parseInt(rest));
			case '*' -> list(Integer.parseInt(rest));
			case '-' -> throw new IllegalStateException(rest);
			default -> throw new IOException("Not a reply: " + line);
		};
	}

	private @Nullable String bulk(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		byte[] bytes = new byte[length];
		this.in.readFully(bytes);
		line();
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private @Nullable List<@Nullable Object> list(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		List<@Nullable Object> list = new ArrayList<>();
		for (int i = 0; i < length; i++) {
			list.add(reply());
		}
		return list;
	}

	private String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
			if (next < 0) {
				throw new EOFException();
			}
			line.write(next);
		}
		return line.toString(StandardCharsets.UTF_8).stripTrailing();
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
