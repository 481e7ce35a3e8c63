package io.github.realtime.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.realtime.benchmarks.control.ControlPort;
import io.github.realtime.benchmarks.control.Mark;

/**
 * Sends to all that connect, and treats one of them badly.
 */
final class FaultyServer {

	private static final int BAD_ONE = 10;

	private final List<OutputStream> clients = new CopyOnWriteArrayList<>();

	private final Fault fault;

	private byte[] held = {};

	private volatile boolean resetNext;

	private FaultyServer(Fault fault) {
		this.fault = fault;
	}

	public static void main(String[] args) throws IOException {
		FaultyServer server = new FaultyServer(Fault.valueOf(args[0]));
		new ControlPort(server::publish);
		try (ServerSocket socket = new ServerSocket(Integer.parseInt(System.getenv("PORT")), 50,
				InetAddress.getLoopbackAddress())) {
			while (true) {
				Socket client = socket.accept();
				new Thread(() -> server.serve(client)).start();
			}
		}
	}

	private void serve(Socket client) {
		try {
			if (this.resetNext) {
				this.resetNext = false;
				client.setSoLinger(true, 0);
				client.close();
				return;
			}
			DataInputStream input = new DataInputStream(client.getInputStream());
			for (int last = 0; last != 0x0d0a0d0a;) {
				last = last << 8 | input.readUnsignedByte();
			}
			client.getOutputStream().write("HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.UTF_8));
			this.clients.add(client.getOutputStream());
		}
		catch (IOException ex) {
			// It only looked whether the port is open
		}
	}

	private void publish(int channel, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		boolean bad = Mark.run(bytes, 0) != Tally.PROBE && Mark.sequence(bytes, 0) == BAD_ONE;
		for (OutputStream client : this.clients) {
			try {
				send(client, bytes, bad && client == this.clients.get(0));
			}
			catch (IOException ex) {
				this.clients.remove(client);
			}
		}
		this.resetNext |= bad && this.fault == Fault.RESET;
	}

	private void send(OutputStream client, byte[] text, boolean bad) throws IOException {
		byte[] sent = text.clone();
		if (bad) {
			switch (this.fault) {
				case DROP -> {
					return;
				}
				case DOUBLE -> write(client, text);
				case REORDER -> {
					this.held = text;
					return;
				}
				case CUT -> sent[text.length - 1] = 'x';
				case OTHER_CHANNEL -> sent[8] = '7';
				case CLOSE -> client.close();
				case NONE, RESET -> {
				}
			}
		}
		write(client, sent);
		if (this.held.length > 0 && client == this.clients.get(0)) {
			write(client, this.held);
			this.held = new byte[0];
		}
	}

	private static void write(OutputStream client, byte[] text) throws IOException {
		byte[] frame = new byte[text.length + 2];
		frame[0] = (byte) 0x81;
		frame[1] = (byte) text.length;
		System.arraycopy(text, 0, frame, 2, text.length);
		client.write(frame);
	}

	/**
	 * What is wrong with one message to one client, or, if it is {@link #RESET}, with the
	 * one that comes next.
	 */
	enum Fault {

		NONE, DROP, DOUBLE, REORDER, CUT, OTHER_CHANNEL, CLOSE, RESET

	}

}
