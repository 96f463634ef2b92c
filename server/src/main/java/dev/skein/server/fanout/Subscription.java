package dev.skein.server.fanout;

import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.HistoryGap;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.TailMessage;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One channel's delivery to one client. Owned by the session's loop.
 *
 * <p>How nothing is lost or doubled: {@code next} is the first serial not yet sent. It only grows, by one for each message sent
 * and over a gap that was told. Messages below it are skipped; a message above it is never sent. Where the messages come from, the
 * ring or the store of any replica, makes no difference to that.
 *
 * <p>The ring is used as soon as it covers {@code next}, the store until then. A subscription without demand waits for nothing
 * and costs nothing.
 */
public final class Subscription {

    private static final long PAUSE_MILLIS_MIN = 50;
    private static final long PAUSE_MILLIS_MAX = 1_000;

    private final Parts parts;
    private final Loop loop;
    private final Outlet outlet;
    private final int id;
    private final ChannelName channel;
    private final ShardId shard;
    private final ChannelTail tail;

    private Phase phase = Phase.STARTING;
    private long demand;
    private long epoch;
    private long next;
    private long caughtUpAt;
    private boolean caughtUp;

    /** The slot of the ring wanted next; {@link TailRing#NOT_COVERED} while reading from the store. */
    private long slot = TailRing.NOT_COVERED;

    /** Ephemeral messages before this slot were there before the subscription. */
    private long attachSlot;

    private boolean reading;
    private int fruitless;

    Subscription(
            Parts parts,
            Loop loop,
            Outlet outlet,
            Subscribe request,
            ChannelName channel,
            ShardId shard,
            ChannelTail tail) {
        this.parts = parts;
        this.loop = loop;
        this.outlet = outlet;
        this.id = request.getSubscriptionId();
        this.demand = Math.max(0, request.getDemand());
        this.channel = channel;
        this.shard = shard;
        this.tail = tail;
    }

    /** Chosen by the client. */
    public int id() {
        return id;
    }

    /** The channel, with its namespace. */
    public String channel() {
        return channel.full();
    }

    /** Allows more messages. */
    public void demand(long more) {
        demand = more < 0 || demand + more < 0 ? Long.MAX_VALUE : demand + more;
        outlet.wantsToSend(this);
    }

    /** Whether only the transport keeps it from sending. */
    public boolean hasDemand() {
        return phase == Phase.LIVE && demand > 0;
    }

    /** Ends it without a word to the client. */
    public void close() {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            tail.readers(loop).forget(this);
            parts.tails.release(channel.full());
        }
    }

    /**
     * Sends one frame of messages, or starts a read.
     *
     * @return whether more could be sent at once
     */
    public boolean pump() {
        if (phase != Phase.LIVE || reading || demand == 0) {
            return false;
        }
        if (slot == TailRing.NOT_COVERED) {
            slot = tail.ring().join(next, attachSlot);
        }
        return slot == TailRing.NOT_COVERED ? readStore() : takeFromRing();
    }

    void start(Start start) {
        attachSlot = tail.ring().endSlot();
        parts.starts
                .resolve(shard, channel.full(), start)
                .whenComplete((point, failure) -> loop.execute(() -> {
                    if (phase == Phase.STARTING) {
                        begin(point, failure);
                    }
                }));
    }

    /** The ring has changed. */
    void tailChanged() {
        outlet.wantsToSend(this);
    }

    private void begin(@Nullable StartPoint point, @Nullable Throwable failure) {
        if (point == null) {
            end(ChannelReads.errorOf(Objects.requireNonNull(failure)));
            return;
        }
        phase = Phase.LIVE;
        epoch = point.epoch();
        next = point.nextSerial();
        caughtUpAt = point.lastSerial();
        outlet.started(this, epoch, next - 1, point.lastSerial());
        tellCaughtUp();
        outlet.wantsToSend(this);
    }

    private void end(Error error) {
        close();
        outlet.ended(this, error);
    }

    private boolean takeFromRing() {
        int countMax = (int) Math.min(demand, parts.limits.batchMessagesMax());
        TailRing.Slice slice = tail.ring().take(slot, countMax, parts.limits.batchBytesMax());
        if (slice.lost()) {
            slot = TailRing.NOT_COVERED;
            return true;
        }
        if (slice.messages().isEmpty()) {
            tail.readers(loop).await(this);
            return false;
        }
        if (!adopt(slice.epoch())) {
            return true;
        }
        List<TailMessage> messages = withoutEarlierEphemerals(slice.messages());
        slot += slice.messages().size();
        parts.metrics.fromRing(slice.messages());
        deliver(messages);
        return true;
    }

    /** Ephemeral messages are for those who were there; the ring may still hold some from before the subscription. */
    private List<TailMessage> withoutEarlierEphemerals(List<TailMessage> messages) {
        if (slot >= attachSlot) {
            return messages;
        }
        List<TailMessage> mine = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            if (slot + i >= attachSlot || !messages.get(i).ephemeral()) {
                mine.add(messages.get(i));
            }
        }
        return mine;
    }

    private boolean readStore() {
        reading = true;
        int countMax = (int) Math.min(demand, parts.limits.batchMessagesMax());
        ChannelQuery query = ChannelQuery.forward(channel.full(), next, countMax, parts.limits.batchBytesMax());
        parts.metrics.storeRead();
        parts.reads
                .page(shard, query, false)
                .whenComplete((page, failure) -> loop.execute(() -> {
                    reading = false;
                    if (phase == Phase.LIVE) {
                        wasRead(page);
                    }
                }));
        return false;
    }

    private void wasRead(@Nullable ChannelPage page) {
        long before = next;
        if (page != null && adopt(page.extent().epoch())) {
            deliver(page);
        }
        if (next > before) {
            fruitless = 0;
            outlet.wantsToSend(this);
        } else {
            awaitOrRetry(page == null);
        }
    }

    /** The store had nothing: either the ring will, or the replica is behind, or nobody answered. */
    private void awaitOrRetry(boolean failed) {
        TailRing ring = tail.ring();
        if (!failed && ring.join(next, attachSlot) != TailRing.NOT_COVERED) {
            outlet.wantsToSend(this);
        } else if (!failed && !ring.isStarted()) {
            tail.readers(loop).await(this);
        } else {
            long pause = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_MIN << Math.min(fruitless++, 10));
            loop.schedule(pause, () -> outlet.wantsToSend(this));
        }
    }

    /** A page's messages and gaps in the order of their serials. */
    private void deliver(ChannelPage page) {
        List<TailMessage> run = new ArrayList<>();
        int gap = 0;
        List<HistoryGap> gaps = page.gaps();
        for (TailMessage each : page.messages()) {
            while (gap < gaps.size() && gaps.get(gap).getFirstSerial() < each.serial()) {
                deliver(run);
                run.clear();
                skip(gaps.get(gap++));
            }
            run.add(each);
        }
        deliver(run);
        gaps.subList(gap, gaps.size()).forEach(this::skip);
        if (page.messages().isEmpty() && gaps.isEmpty() && page.extent().firstSerial() > next) {
            skip(next, page.extent().firstSerial() - 1, GapCause.GAP_CAUSE_RETENTION);
        }
    }

    private void deliver(List<TailMessage> messages) {
        List<TailMessage> fresh = new ArrayList<>(messages.size());
        long expected = next;
        for (TailMessage each : messages) {
            if (each.ephemeral() ? each.serial() == expected - 1 : each.serial() == expected) {
                fresh.add(each);
                expected = each.serial() + 1;
            } else if (!each.ephemeral() && each.serial() > expected) {
                slot = TailRing.NOT_COVERED;
                break;
            }
        }
        if (!fresh.isEmpty()) {
            demand -= fresh.size();
            next = expected;
            outlet.messages(this, epoch, fresh);
            parts.metrics.delivered(fresh.size());
        }
        tellCaughtUp();
    }

    private void skip(HistoryGap gap) {
        skip(gap.getFirstSerial(), gap.getLastSerial(), gap.getCause());
    }

    private void skip(long first, long last, GapCause cause) {
        if (last < next || first > next) {
            return;
        }
        outlet.gap(this, epoch, next, last, cause);
        next = last + 1;
        tellCaughtUp();
    }

    /**
     * Takes over the epoch of what was read.
     *
     * @return false when the history was broken: the client has been told and delivery starts over in the new epoch
     */
    private boolean adopt(long readEpoch) {
        if (readEpoch == epoch || readEpoch == 0) {
            return true;
        }
        boolean broken = epoch != 0;
        epoch = readEpoch;
        if (broken) {
            outlet.gap(this, epoch, 0, 0, GapCause.GAP_CAUSE_NEW_EPOCH);
            next = 1;
            slot = TailRing.NOT_COVERED;
        }
        return !broken;
    }

    private void tellCaughtUp() {
        if (!caughtUp && next > caughtUpAt) {
            caughtUp = true;
            outlet.caughtUp(this, epoch, next - 1);
        }
    }

    static Error tooManyChannels(int channels) {
        return Errors.of(
                Reason.REASON_OVERLOADED,
                Checks.text("channels followed by the node", channels, "fewer; try another node"));
    }

    private enum Phase {
        STARTING,
        LIVE,
        CLOSED
    }

    /**
     * What all subscriptions of a node share.
     *
     * @param tails live ends of the channels
     * @param reads the store
     * @param starts turns a start into a serial
     * @param limits of the fan-out
     * @param metrics counts
     */
    record Parts(
            ChannelTails tails, ChannelReads reads, StartResolver starts, FanoutLimits limits, FanoutMetrics metrics) {}
}
