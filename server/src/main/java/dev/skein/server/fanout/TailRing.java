package dev.skein.server.fanout;

import dev.skein.core.TimeSource;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest messages of a channel, ephemeral ones in place. Thread-safe: a short lock, never held across a call elsewhere.
 *
 * <p>Every entry has a slot number that grows by one. A reader keeps the slot it wants next; when that has left the ring the
 * reader must go to the store and may {@link #join} again later.
 *
 * <p>Invariant: the ring holds every stored message with a serial from {@code coveredFrom} to {@code lastSerial}. Ephemeral
 * messages share a serial with the stored message they came after.
 *
 * <p>Nothing is handed out once it has expired: it leaves the ring with everything before it, and the store tells the gap.
 */
final class TailRing {

    /** Returned by {@link #join} when the wanted serial isn't covered. */
    static final long NOT_COVERED = -1;

    private final int messagesMax;
    private final long bytesMax;
    private final RingBudget budget;
    private final TimeSource time;

    private final MessageQueue entries = new MessageQueue();
    private long firstSlot;
    private long bytes;
    private boolean started;
    private long epoch;
    private long lastSerial;
    private long coveredFrom;

    /** Nothing in the ring expires before this. */
    private long soonestExpiry = Long.MAX_VALUE;

    TailRing(int messagesMax, long bytesMax, RingBudget budget, TimeSource time) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
        this.budget = budget;
        this.time = time;
    }

    /** A source follows from this extent on. */
    synchronized void started(ChannelExtent extent) {
        if (!started || differs(extent.epoch()) || extent.lastSerial() > lastSerial) {
            restart(extent.epoch(), extent.lastSerial());
        }
        epoch = extent.epoch() == 0 ? epoch : extent.epoch();
    }

    /** New messages. What the ring has already is dropped; what leaves a hole empties it first. */
    synchronized void append(TailBatch batch) {
        if (differs(batch.epoch())) {
            started = false;
        }
        for (TailMessage each : batch.messages()) {
            append(batch.epoch(), each);
        }
        epoch = batch.epoch();
        evict();
    }

    /**
     * Where a reader that wants {@code nextSerial} enters the ring.
     *
     * @param attachSlot ephemeral messages before this slot aren't for the reader
     * @return a slot, or {@link #NOT_COVERED}
     */
    synchronized long join(long nextSerial, long attachSlot) {
        dropExpired();
        if (!started || nextSerial < coveredFrom) {
            return NOT_COVERED;
        }
        int number = firstFrom(nextSerial - 1);
        while (number < entries.size() && !isWanted(number, nextSerial, attachSlot)) {
            number++;
        }
        return firstSlot + number;
    }

    private boolean isWanted(int number, long nextSerial, long attachSlot) {
        TailMessage each = entries.get(number);
        return each.ephemeral()
                ? firstSlot + number >= attachSlot && each.serial() >= nextSerial - 1
                : each.serial() >= nextSerial;
    }

    /** The first entry with at least that serial; serials never fall. */
    private int firstFrom(long serial) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).serial() < serial) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Entries from a slot on; {@code lost} when the slot has left the ring. */
    synchronized Slice take(long slot, int countMax, long sliceBytesMax) {
        dropExpired();
        if (slot < firstSlot) {
            return Slice.LOST;
        }
        int from = (int) Math.min(slot - firstSlot, entries.size());
        int until = Math.min(entries.size(), from + Math.min(countMax, entries.size()));
        List<TailMessage> taken = new ArrayList<>(until - from);
        long size = 0;
        for (int number = from; number < until; number++) {
            TailMessage each = entries.get(number);
            size += each.encoded().size();
            if (!taken.isEmpty() && size > sliceBytesMax) {
                break;
            }
            taken.add(each);
        }
        return new Slice(false, epoch, taken);
    }

    /** The slot after the newest entry. */
    synchronized long endSlot() {
        return firstSlot + entries.size();
    }

    synchronized long epoch() {
        return epoch;
    }

    synchronized boolean isStarted() {
        return started;
    }

    /** Gives all memory back. */
    synchronized void clear() {
        started = false;
        drop(entries.size());
    }

    private void append(long batchEpoch, TailMessage each) {
        if (!started) {
            restart(batchEpoch, each.ephemeral() ? each.serial() : each.serial() - 1);
        }
        if (each.ephemeral() ? each.serial() < lastSerial : each.serial() <= lastSerial) {
            return;
        }
        long before = each.ephemeral() ? each.serial() : each.serial() - 1;
        if (before > lastSerial) {
            restart(batchEpoch, before);
        }
        entries.add(each);
        soonestExpiry = Math.min(soonestExpiry, each.expiresMillis());
        add(each.encoded().size());
        lastSerial = each.serial();
    }

    /** Empties the ring. The slot numbers skip one, so that a reader at the end notices. */
    private void restart(long newEpoch, long serial) {
        drop(entries.size());
        firstSlot++;
        started = true;
        epoch = newEpoch;
        lastSerial = serial;
        coveredFrom = serial + 1;
    }

    private void evict() {
        while (entries.size() > messagesMax || bytes > bytesMax || budget.exceeded() && entries.size() > 1) {
            drop(1);
        }
    }

    private void dropExpired() {
        if (soonestExpiry == Long.MAX_VALUE || time.wallMillis() < soonestExpiry) {
            return;
        }
        long now = time.wallMillis();
        int gone = 0;
        soonestExpiry = Long.MAX_VALUE;
        for (int number = 0; number < entries.size(); number++) {
            TailMessage each = entries.get(number);
            if (each.expiresMillis() <= now) {
                gone = number + 1;
                soonestExpiry = Long.MAX_VALUE;
            } else {
                soonestExpiry = Math.min(soonestExpiry, each.expiresMillis());
            }
        }
        drop(gone);
    }

    private void drop(int count) {
        for (int i = 0; i < count; i++) {
            TailMessage gone = entries.remove();
            firstSlot++;
            add(-gone.encoded().size());
            if (!gone.ephemeral()) {
                coveredFrom = gone.serial() + 1;
            }
        }
    }

    private void add(long size) {
        bytes += size;
        budget.add(size);
    }

    private boolean differs(long otherEpoch) {
        return started && epoch != 0 && otherEpoch != 0 && epoch != otherEpoch;
    }

    /**
     * Part of the ring.
     *
     * @param lost the wanted slot has left the ring
     * @param epoch of the messages
     * @param messages in order; empty at the end of the ring
     */
    record Slice(boolean lost, long epoch, List<TailMessage> messages) {

        static final Slice LOST = new Slice(true, 0, List.of());
    }
}
