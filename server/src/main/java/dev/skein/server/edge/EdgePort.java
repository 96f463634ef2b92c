package dev.skein.server.edge;

import dev.skein.server.console.Console;
import dev.skein.server.tls.EdgeTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** The port that browsers and phones connect to. */
public final class EdgePort implements AutoCloseable {

    private static final long CLOSE_WAIT_MILLIS = 1_000;

    private final EdgeSessions sessions;
    private final Channel listening;

    private EdgePort(EdgeSessions sessions, Channel listening) {
        this.sessions = sessions;
        this.listening = listening;
    }

    /**
     * Opens the port.
     *
     * @param address where to listen
     * @param tls protects the connections; empty: nothing does
     * @param origins web pages that may connect, as patterns
     * @param console to be served there; empty: none
     * @throws IOException when it can't be had
     */
    public static EdgePort open(
            InetSocketAddress address,
            Optional<EdgeTls> tls,
            List<String> origins,
            Optional<Console> console,
            EdgeParts parts,
            EventLoopGroup acceptor,
            EventLoopGroup connections)
            throws IOException {
        EdgeSessions sessions = new EdgeSessions(parts);
        parts.door().lead(sessions);
        Origins allowed = new Origins(origins);
        Optional<ConsolePages> pages = console.map(shown -> new ConsolePages(shown, parts.access()));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, connections)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        tls.ifPresent(present -> connection.pipeline().addLast("tls", present.handler(connection)));
                        connection
                                .pipeline()
                                .addLast("deadline", new RequestDeadline())
                                .addLast("flush", new FlushConsolidationHandler(256, true))
                                .addLast("http", new HttpServerCodec())
                                .addLast("body", new HttpObjectAggregator(EdgeLimits.FRAME_BYTES_MAX))
                                .addLast("edge", new EdgeHttp(sessions, allowed, pages));
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            sessions.close();
            throw bound.cause() instanceof IOException refused ? refused : new IOException(bound.cause());
        }
        return new EdgePort(sessions, bound.channel());
    }

    /** The port, the real one if 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Sessions open now. */
    public int sessions() {
        return sessions.count();
    }

    /** Subscriptions open now; approximate. */
    public int subscriptions() {
        return sessions.subscriptions();
    }

    /** Ends all sessions, spread evenly over the time, and takes no new ones. */
    public void drain(Duration spread) {
        sessions.drain(spread);
    }

    /** Counts sessions of other protocols, which the limit is for too. */
    public void countBeside(IntSupplier sessions) {
        this.sessions.countBeside(sessions);
    }

    /** Takes no new sessions; the present ones stay. */
    public void refuse() {
        sessions.refuse();
    }

    /** Open sessions that have been told to go. */
    public int told() {
        return sessions.told();
    }

    /** Sessions of at least that age that haven't been told to go. */
    public int staying(Duration age) {
        return sessions.staying(age);
    }

    /**
     * Ends sessions, in slots spread over the time; their clients come again.
     *
     * @param stops whether this node takes no more for now, which is what they are told; else that they are to connect anew
     * @param age of younger ones none goes
     * @param count so many at most
     */
    public void shed(boolean stops, Duration age, Duration spread, int count) {
        sessions.shed(stops ? Farewell.SHUTDOWN : Farewell.FORCE_RECONNECT, age, spread, count);
    }

    /** Takes sessions again. */
    public void undrain() {
        sessions.undrain();
    }

    /** Takes no new connections and ends the present ones. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly(CLOSE_WAIT_MILLIS);
        sessions.close();
    }
}
