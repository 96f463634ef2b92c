package dev.skein.replication.shard;

import dev.skein.replication.store.Cursor;

/**
 * Takes messages away, whole runs from the oldest on. By count and bytes: when their channel gets a message, and so that at least
 * what the policy grants stays. By age: in log order, when an entry says before which time. Each entry pays for a bounded
 * amount; what is left over goes with the next ones. Owned by the apply thread.
 */
final class Retention {

    private static final int RUNS_PER_CHANNEL_AND_ENTRY = 64;
    private static final int RUNS_SWEPT_PER_ENTRY = 256;

    private final PendingWrites writes;
    private final Progress progress;
    private final ChannelTable channels;

    /** The oldest entry may have lost its last run, or be too old by now. */
    private boolean dirty = true;

    Retention(PendingWrites writes, Progress progress, ChannelTable channels) {
        this.writes = writes;
        this.progress = progress;
        this.channels = channels;
    }

    /** By count and bytes, on a channel that just got messages. */
    void enforce(ChannelHead head) {
        for (int i = 0; i < RUNS_PER_CHANNEL_AND_ENTRY && isOverLimit(head); i++) {
            if (!isSurplus(head, channels.oldest(head))) {
                return;
            }
            channels.trim(head);
            dirty = true;
        }
    }

    /** Notes that everything older is to go. A time in the future means now. */
    void ageOut(long trimBeforeMillis) {
        long before = Math.min(trimBeforeMillis, progress.logTime);
        if (before > progress.trimBefore) {
            progress.trimBefore = before;
            dirty = true;
        }
    }

    /** Entries from the oldest on: those past their age, and those of which nothing is left; some at a time. */
    void sweep() {
        if (!dirty) {
            return;
        }
        byte[] from = Keys.numbered(Keys.ENTRIES, progress.trimmedBelow);
        try (Cursor entries = writes.ascending(from, Keys.end(Keys.ENTRIES))) {
            for (int swept = 0; swept < RUNS_SWEPT_PER_ENTRY; ) {
                EntryRuns entry = entries.next() ? EntryRuns.read(entries.value()) : EntryRuns.NONE;
                if (entry == EntryRuns.NONE || !sweep(entry)) {
                    dirty = false;
                    return;
                }
                swept += entry.runs().size();
                writes.remove(entries.key());
                progress.trimmedBelow = Keys.number(entries.key()) + 1;
            }
        }
    }

    /** Whether nothing of the entry is left after this. */
    private boolean sweep(EntryRuns entry) {
        boolean aged = entry.timeMillis() < progress.trimBefore;
        for (EntryRuns.Name name : entry.runs()) {
            ChannelHead head = channels.head(name.channel());
            boolean left = head.firstSerial <= name.firstSerial();
            if (left && !aged) {
                return false;
            }
            if (left) {
                if (head.firstSerial != name.firstSerial()) {
                    throw new StateBrokenException("channel " + name.channel() + " starts at " + head.firstSerial
                            + " but the oldest entry with it at " + name.firstSerial());
                }
                channels.trim(head);
            }
        }
        return true;
    }

    private boolean isOverLimit(ChannelHead head) {
        return isOver(head.lastSerial - head.firstSerial + 1, messagesMax()) || isOver(head.bytes, bytesMax());
    }

    /** Whether enough stays without the run. */
    private boolean isSurplus(ChannelHead head, Run run) {
        long messagesLeft = head.lastSerial - run.lastSerial();
        long bytesLeft = head.bytes - run.bytes();
        return messagesMax() > 0 && messagesLeft >= messagesMax() || bytesMax() > 0 && bytesLeft >= bytesMax();
    }

    private static boolean isOver(long amount, long max) {
        return max > 0 && amount > max;
    }

    private long messagesMax() {
        return progress.policy.getRetention().getMessagesPerChannel();
    }

    private long bytesMax() {
        return progress.policy.getRetention().getBytesPerChannel();
    }
}
