package io.github.realtime.benchmarks.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Listens to what the harness wants of a server, a line of text each, answered by one
 * when it is done. Every server, in whatever language, understands the same:
 *
 * <pre>
 * publish run channel channels count sizes rate
 * change  run channel channels count sizes rate
 * gc
 * </pre>
 *
 * {@code publish} sends {@code count} messages in turn to {@code channels} channels from
 * {@code channel} on, at {@code rate} a second (0: as fast as possible), whose sizes are
 * in turn those of the comma separated {@code sizes}. As fast as possible means that all
 * are due at once, so that who makes the sender wait is not taken for fast.
 * {@code change} sets keys of the channels' state instead. {@code gc} collects garbage
 * and answers with the bytes in use.
 */
public final class ControlPort implements AutoCloseable {

	private static final int STATE_KEYS = 100;

	private final ServerSocket socket;

	private final Publisher publisher;

	/**
	 * Opens the port that the environment names as {@code CONTROL_PORT}.
	 * @param publisher how to send
	 * @throws IOException if that is not possible
	 */
	public ControlPort(Publisher publisher) throws IOException {
		int port = Integer.parseInt(System.getenv("CONTROL_PORT"));
		this.socket = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
		this.publisher = publisher;
		start(this::accept);
	}

	private void accept() {
		try {
			while (true) {
				Socket caller = this.socket.accept();
				start(() -> serve(caller));
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	private void serve(Socket caller) {
		try (caller) {
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
			PrintWriter writer = new PrintWriter(caller.getOutputStream(), true, StandardCharsets.US_ASCII);
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				writer.println(answer(line.split(" ")));
			}
		}
		catch (IOException ex) {
			// The harness has gone
		}
	}

	private String answer(String[] words) {
		try {
			switch (words[0]) {
				case "publish", "change" -> {
					int[] numbers = Arrays.stream(words, 1, 5).mapToInt(Integer::parseInt).toArray();
					int[] sizes = Arrays.stream(words[5].split(",")).mapToInt(Integer::parseInt).toArray();
					send(words[0].equals("change"), numbers, sizes, Double.parseDouble(words[6]));
					return "done";
				}
				case "gc" -> {
					System.gc();
					return "done " + (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
				}
				default -> {
					return "error: what is " + words[0] + "?";
				}
			}
		}
		catch (RuntimeException ex) {
			ex.printStackTrace();
			return "error: " + ex;
		}
	}

	private void send(boolean change, int[] numbers, int[] sizes, double rate) {
		int run = numbers[0];
		int first = numbers[1];
		int channels = numbers[2];
		int count = numbers[3];
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			long due = start + ((rate == 0) ? 0 : (long) (i * 1e9 / rate));
			awaitTime(due);
			int channel = first + i % channels;
			String text = Mark.write(run, channel, i / channels, due, sizes[i % sizes.length]);
			if (change) {
				this.publisher.change(channel, "k" + (i / channels) % STATE_KEYS, text);
			}
			else {
				this.publisher.publish(channel, text);
			}
		}
		this.publisher.await();
	}

	/**
	 * Waits without burning the processor, which is the server's. A message whose time
	 * has passed goes out at once, and counts as late from when it was due.
	 */
	private static void awaitTime(long due) {
		for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "control");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
