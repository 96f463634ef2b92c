package dev.skein.systemtests.wan;

import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The emulator: listens for every place of a plan and relays with each path's delays, losses and cuts. All methods may be called
 * from any thread but its own loop; they wait for the loop to answer.
 */
public final class WanEmulator implements Wan {

    /** Sockets at once, both ends counted. Reached: new connects are refused. */
    private static final int CHANNELS_MAX = 20_000;

    private static final int WRITE_BUFFER_BYTES = 1 << 20;

    private final WanPlan plan;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final LongSupplier clock;
    private final Pacemaker pacemaker;
    private final PathGrid grid;
    private final Places places = new Places();
    private final Map<String, Channel> listeners = new LinkedHashMap<>();
    private final ChannelGroup channels;
    private final Bootstrap dialler;

    private WanEmulator(WanPlan plan, TimeSource time) {
        this.plan = plan;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("wan-emulator", true), NioIoHandler.newFactory());
        this.loop = group.next();
        this.channels = new DefaultChannelGroup(loop);
        long origin = time.nanoTime();
        this.clock = () -> time.nanoTime() - origin;
        this.pacemaker = new Pacemaker(loop, clock);
        this.grid = new PathGrid(plan, clock);
        this.dialler = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark());
    }

    /**
     * Starts listening for every place of the plan.
     *
     * @throws IOException when a port is taken
     */
    public static WanEmulator start(WanPlan plan, TimeSource time) throws IOException {
        WanEmulator emulator = new WanEmulator(plan, time);
        try {
            for (Place place : plan.places()) {
                emulator.add(place);
            }
            return emulator;
        } catch (IOException | RuntimeException e) {
            emulator.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress add(Place place) throws IOException {
        plan.between(place, place);
        onLoop(() -> {
            places.add(place);
            grid.cover(places.all());
            return place;
        });
        try {
            Channel listener = listen(place);
            onLoop(() -> listeners.put(place.name(), listener));
            return (InetSocketAddress) listener.localAddress();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while listening for " + place.name(), e);
        }
    }

    private Channel listen(Place place) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), place.proxyPort());
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        channel.pipeline().addLast(new ConnectHandler((client, to) -> open(place, client, to)));
                    }
                })
                .bind(address)
                .await();
        if (!bound.isSuccess()) {
            throw new IOException(
                    Checks.text("port of " + place.name(), address.getPort(), "a free port"), bound.cause());
        }
        return bound.channel();
    }

    private @Nullable Connection open(Place source, ChannelHandlerContext client, String hostAndPort) {
        Place destination = places.at(hostAndPort);
        if (destination == null || channels.size() >= CHANNELS_MAX) {
            return null;
        }
        int colon = hostAndPort.lastIndexOf(':');
        InetSocketAddress target = new InetSocketAddress(
                hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
        Conduit forward = conduit(source, destination);
        Conduit backward = conduit(destination, source);
        return new Connection(client.channel(), forward, backward, dialler, target);
    }

    private Conduit conduit(Place from, Place to) {
        return new Conduit(grid.path(from, to), pacemaker, clock, plan.bufferBytes());
    }

    @Override
    public InetSocketAddress proxy(String placeName) {
        Channel listener = onLoop(() -> listeners.get(placeName));
        Checks.check(listener != null, "place", placeName, "a place of this emulator");
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void cut(Cut cut) {
        onLoop(() -> {
            checkKnown(cut);
            grid.cut(cut);
            return cut;
        });
    }

    @Override
    public boolean heal(Cut cut) {
        return onLoop(() -> grid.heal(cut));
    }

    @Override
    public int healAll() {
        return onLoop(grid::healAll);
    }

    /** Changes the settings of every path covered by {@code where}; returns their number. */
    public int change(Cut where, UnaryOperator<PathSettings> change) {
        return onLoop(() -> {
            checkKnown(where);
            return grid.change(where, change);
        });
    }

    /** Gives every path covered by {@code where} the profile's settings back; returns their number. */
    public int reset(Cut where) {
        return onLoop(() -> {
            checkKnown(where);
            return grid.reset(where);
        });
    }

    /** Every path as it is now. */
    public List<PathReport> paths() {
        return onLoop(grid::reports);
    }

    /** The cuts in force. */
    public List<Cut> cuts() {
        return onLoop(grid::cuts);
    }

    private void checkKnown(Cut cut) {
        places.checkKnown("from", cut.from());
        places.checkKnown("to", cut.to());
    }

    @Override
    public void close() {
        pacemaker.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private <T> T onLoop(Callable<T> question) {
        try {
            return loop.submit(question).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the emulator's loop failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the emulator's loop", e);
        }
    }

    private static WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(WRITE_BUFFER_BYTES / 2, WRITE_BUFFER_BYTES);
    }
}
