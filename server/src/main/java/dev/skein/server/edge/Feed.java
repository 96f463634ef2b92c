package dev.skein.server.edge;

import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.TailMessage;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.fanout.Outlet;
import dev.skein.server.fanout.Pump;
import dev.skein.server.fanout.Subscription;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One channel for one client without an SDK, from a position on. Owned by the loop of its connection. */
final class Feed implements Outlet, Live {

    /** Where what is fed goes. Called on the feed's loop; never blocks. */
    interface Sink {

        boolean isReady();

        /** Whether it is of use only to who goes on where it was. */
        boolean needsRecovery();

        /** The feed begins after this position. */
        void begins(FeedPosition position);

        void messages(long epoch, List<TailMessage> messages);

        /** Serials that will never come. */
        void gap(long epoch, long first, long last, GapCause cause);

        /** The position was of another history, or of none yet, or the namespace recovers nobody: the feed begins with the newest message. */
        void reset();

        void tick(long nowNanos);

        /** The channel can't be fed, or no longer. */
        void refused(Error error);

        /** The node ends it; the client comes again by itself. */
        void ended();
    }

    private final EdgeParts parts;
    private final Loop loop;
    private final Sink sink;
    private final @Nullable Caller caller;
    private final String channel;
    private final Pump pump;
    private final long openedNanos;
    private @Nullable Subscription source;
    private boolean closed;
    private boolean started;

    Feed(EdgeParts parts, Loop loop, Sink sink, @Nullable Caller caller, String channel) {
        this.parts = parts;
        this.loop = loop;
        this.sink = sink;
        this.caller = caller;
        this.channel = channel;
        this.pump = new Pump(loop, sink::isReady);
        this.openedNanos = parts.time().nanoTime();
    }

    /**
     * Begins.
     *
     * @param after empty: with what is published from now on
     */
    void open(Optional<FeedPosition> after) {
        Error denied = caller == null ? null : caller.may(Permission.PERMISSION_SUBSCRIBE, channel);
        if (denied != null) {
            refuse(denied);
            return;
        }
        ChannelRules rules = ChannelRules.of(parts.shards(), channel);
        dev.skein.proto.edge.v1.Error unruly = rules.subscribe(SessionCredential.user(caller));
        if (unruly != null) {
            refuse(Errors.of(Reason.REASON_PERMISSION_DENIED, unruly.getMessage()));
        } else if (!rules.recovers() && sink.needsRecovery()) {
            refuse(Errors.of(
                    Reason.REASON_PERMISSION_DENIED,
                    Checks.text("channel", channel, "one of a namespace that lets clients recover")));
        } else if (!rules.recovers() && after.isPresent()) {
            sink.reset();
            start(Start.newBuilder().setLatest(true));
        } else {
            start(after);
        }
    }

    private void start(Optional<FeedPosition> after) {
        start(after.map(position -> Start.newBuilder()
                        .setPosition(
                                Position.newBuilder().setEpoch(position.epoch()).setSerial(position.serial())))
                .orElseGet(() -> Start.newBuilder().setLatest(true)));
    }

    private void start(Start.Builder start) {
        Fanout.Opening opening = parts.fanout()
                .open(
                        Subscribe.newBuilder()
                                .setSubscriptionId(1)
                                .setChannel(channel)
                                .setStart(start)
                                .setDemand(Long.MAX_VALUE)
                                .build(),
                        loop,
                        this);
        if (opening instanceof Fanout.Opened opened) {
            source = opened.subscription();
        } else if (opening instanceof Fanout.Refused refused) {
            refuse(refused.error());
        }
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public int subscriptionCount() {
        return 1;
    }

    @Override
    public void tick(long nowNanos) {
        Error problem = caller == null ? null : caller.problem();
        if (problem != null) {
            refuse(problem);
        } else if (!closed) {
            sink.tick(nowNanos);
        }
    }

    /** Whether only the connection keeps it from sending. */
    boolean isHeldUp() {
        return pump.isHeldUp();
    }

    void ready() {
        pump.go();
    }

    @Override
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public void close(Farewell farewell) {
        if (!closed) {
            end();
            sink.ended();
        }
    }

    /** The connection is gone, or has what it came for. */
    void end() {
        if (closed) {
            return;
        }
        closed = true;
        pump.close();
        if (source != null) {
            source.close();
        }
        if (caller != null) {
            caller.closeStream();
        }
        parts.ended(this);
    }

    private void refuse(Error error) {
        if (!closed) {
            end();
            sink.refused(error);
        }
    }

    @Override
    public void started(Subscription subscription, long epoch, long serial, long lastSerial) {
        started = true;
        sink.begins(new FeedPosition(epoch, serial));
    }

    @Override
    public void messages(Subscription subscription, long epoch, List<TailMessage> messages) {
        if (!closed) {
            sink.messages(epoch, messages);
        }
    }

    @Override
    public void caughtUp(Subscription subscription, long epoch, long serial) {}

    @Override
    public void gap(Subscription subscription, long epoch, long first, long last, GapCause cause) {
        if (closed) {
            return;
        }
        if (cause == GapCause.GAP_CAUSE_NEW_EPOCH) {
            sink.reset();
        } else {
            sink.gap(epoch, first, last, cause);
        }
    }

    @Override
    public void wantsToSend(Subscription subscription) {
        if (!closed) {
            pump.add(subscription);
        }
    }

    @Override
    public void ended(Subscription subscription, @Nullable Error error) {
        Reason reason = error == null ? Reason.REASON_UNSPECIFIED : error.getReason();
        if (!started && (reason == Reason.REASON_WRONG_EPOCH || reason == Reason.REASON_FUTURE_POSITION)) {
            sink.reset();
            start(Start.newBuilder().setLatest(true));
        } else if (error != null) {
            refuse(error);
        }
    }

    /**
     * A place in a channel, as these clients write it: epoch to base 36, a dot, the serial.
     *
     * @param epoch of the channel's history
     * @param serial the last one seen
     */
    record FeedPosition(long epoch, long serial) {

        /** Empty when it isn't one. */
        static Optional<FeedPosition> parse(String text) {
            int dot = text.indexOf('.');
            if (dot < 0) {
                return Optional.empty();
            }
            OptionalLong epoch = Publications.epoch(text.substring(0, dot));
            OptionalLong serial = Publications.number(text.substring(dot + 1), 10);
            return epoch.isPresent() && serial.isPresent() && serial.getAsLong() >= 0
                    ? Optional.of(new FeedPosition(epoch.getAsLong(), serial.getAsLong()))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(epoch, Character.MAX_RADIX) + "." + serial;
        }
    }
}
