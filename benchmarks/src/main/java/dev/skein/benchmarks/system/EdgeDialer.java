package dev.skein.benchmarks.system;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Opens WebSockets to the edge, all on one thread. Thread-safe. */
final class EdgeDialer implements AutoCloseable {

    private static final int ANSWER_BYTES_MAX = 8 << 10;
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int CONNECT_MILLIS = 5_000;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bench-sockets", true), NioIoHandler.newFactory());

    /**
     * Opens a WebSocket.
     *
     * @param address host and port
     * @param socket told what becomes of it
     */
    void dial(String address, EdgeSocket socket) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(ANSWER_BYTES_MAX),
                                        new WebSocketClientProtocolHandler(config(address)),
                                        socket);
                    }
                })
                .connect(host, port)
                .addListener((ChannelFutureListener) connected -> {
                    if (!connected.isSuccess()) {
                        socket.exceptionCaught(null, connected.cause());
                    }
                });
    }

    private static WebSocketClientProtocolConfig config(String address) {
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create("ws://" + address + "/connection/websocket"))
                .subprotocol("centrifuge-protobuf")
                .maxFramePayloadLength(FRAME_BYTES_MAX)
                .handleCloseFrames(false)
                .dropPongFrames(true)
                .handshakeTimeoutMillis(CONNECT_MILLIS)
                .build();
    }

    /** Has something done on the thread, later. */
    void later(Runnable task, long millis) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
