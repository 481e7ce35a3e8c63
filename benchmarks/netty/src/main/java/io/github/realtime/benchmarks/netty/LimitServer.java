package io.github.realtime.benchmarks.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.github.realtime.benchmarks.control.ControlPort;
import io.github.realtime.benchmarks.control.Publisher;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/**
 * Makes a frame of every message, the one that ours would send, and writes it to each
 * subscriber: a write each, by one event loop, past all handlers.
 */
public final class LimitServer {

	private final Map<String, ChannelGroup> groups = new ConcurrentHashMap<>();

	private final Map<String, AtomicLong> offsets = new ConcurrentHashMap<>();

	/** Through the JDK's sockets in place of Netty's own. */
	private final boolean jdk = "jdk".equals(System.getenv("SOCKETS"));

	private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1,
			this.jdk ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());

	private LimitServer() {
	}

	/**
	 * Starts the server.
	 * @param args nothing
	 * @throws IOException if a port can't be opened
	 */
	public static void main(String[] args) throws IOException {
		LimitServer server = new LimitServer();
		server.start(Integer.parseInt(System.getenv("PORT")));
		new ControlPort(server::publish);
	}

	private void start(int port) {
		new ServerBootstrap().group(this.loop)
			.channel(this.jdk ? NioServerSocketChannel.class : EpollServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 4096)
			.childHandler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline()
						.addLast(new HttpServerCodec())
						.addLast(new HttpObjectAggregator(8 * 1024))
						.addLast(new WebSocketServerProtocolHandler("/"))
						.addLast(new Subscriptions());
				}

			})
			.bind("127.0.0.1", port)
			.syncUninterruptibly();
	}

	private ChannelGroup group(String name) {
		return this.groups.computeIfAbsent(name, (key) -> new DefaultChannelGroup(this.loop.next()));
	}

	private void publish(int number, String text) {
		String name = Publisher.name(number);
		long offset = this.offsets.computeIfAbsent(name, (key) -> new AtomicLong()).incrementAndGet();
		ByteBuf frame = frame("{\"type\":\"message\",\"channel\":\"" + name + "\",\"offset\":" + offset
				+ ",\"data\":{\"text\":\"" + text + "\"}}");
		this.loop.execute(() -> {
			for (Channel channel : group(name)) {
				// From the head of the pipeline: ready bytes, no handler in between
				channel.unsafe().write(frame.retainedDuplicate(), channel.voidPromise());
				channel.unsafe().flush();
			}
			frame.release();
		});
	}

	private static ByteBuf frame(String line) {
		byte[] payload = line.getBytes(StandardCharsets.US_ASCII);
		ByteBuf frame = Unpooled.directBuffer(payload.length + 4);
		frame.writeByte(0x81);
		if (payload.length < 126) {
			frame.writeByte(payload.length);
		}
		else {
			frame.writeByte(126).writeShort(payload.length);
		}
		return frame.writeBytes(payload);
	}

	private final class Subscriptions extends SimpleChannelInboundHandler<TextWebSocketFrame> {

		@Override
		protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
			group(frame.text()).add(context.channel());
		}

	}

}
