package dev.skein.systemtests.check;

import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A history arranged by place: for every source that shows the whole of a channel (replicas and final history reads), what it has at each
 * serial. Serials of a run are small and dense, so arrays do; a serial beyond reason is counted apart.
 */
public final class Ledger {

    private final History history;
    private final List<Source> sources;

    /** Row of the sighting plus 1, by source, channel and serial; only of final sources. */
    private final int[][][] rows;

    /** Highest serial that any final source or receipt knows, by channel. */
    private final int[] last;

    private final int serialMax;
    private final Map<Long, Integer> idByDigest = new HashMap<>();

    /** Learned where payloads are shown: of hundreds of thousands of messages a few share a checksum, but not the producer sequence. */
    private final Map<Content, Long> idByContent = new HashMap<>();

    /** What a replica's row tells of a message. */
    private record Content(int channel, int crc, long producer) {}

    private Ledger(History history) {
        this.history = history;
        this.sources = history.sources();
        this.rows = new int[sources.size()][history.channelCount()][0];
        this.last = new int[history.channelCount()];
        this.serialMax = history.publishCount() * 4 + 10_000;
    }

    /** Arranges a history that nobody writes to any more. */
    public static Ledger of(History history) {
        Ledger ledger = new Ledger(history);
        history.publishes(ledger::note);
        for (int row = 0; row < history.sightingCount(); row++) {
            Sighting seen = history.sighting(row);
            ledger.learn(seen);
            ledger.place(row, seen);
        }
        return ledger;
    }

    private void note(Publish publish) {
        idByDigest.put(digest(publish.channel(), publish.crc()), publish.id());
        if (publish.isAcknowledged() && isReasonable(publish.serial())) {
            last[publish.channel()] = Math.max(last[publish.channel()], (int) publish.serial());
        }
    }

    private void learn(Sighting seen) {
        if (seen.id() >= 0 && seen.identity() != 0) {
            idByContent.put(contentOf(seen), seen.id());
        }
    }

    private void place(int row, Sighting seen) {
        if (!sources.get(seen.source()).isFinal() || !isReasonable(seen.serial())) {
            return;
        }
        int serial = (int) seen.serial();
        int[] bySerial = rows[seen.source()][seen.channel()];
        if (serial >= bySerial.length) {
            bySerial = Arrays.copyOf(bySerial, Math.max(16, serial * 2));
            rows[seen.source()][seen.channel()] = bySerial;
        }
        if (bySerial[serial] == 0) {
            bySerial[serial] = row + 1;
        }
        last[seen.channel()] = Math.max(last[seen.channel()], serial);
    }

    public History history() {
        return history;
    }

    List<Source> sources() {
        return sources;
    }

    /** Whether a serial can be one of this run. */
    boolean isReasonable(long serial) {
        return serial >= 1 && serial <= serialMax;
    }

    /** The channel's highest serial. */
    public int last(int channel) {
        return last[channel];
    }

    /** What the source has there. */
    @Nullable
    Sighting at(int source, int channel, long serial) {
        int[] bySerial = rows[source][channel];
        int row = serial >= 1 && serial < bySerial.length ? bySerial[(int) serial] : 0;
        return row == 0 ? null : history.sighting(row - 1);
    }

    /** The message's number, through its digest where payloads aren't shown; -1 for a message that nobody published. */
    long idOf(Sighting seen) {
        if (seen.id() >= 0) {
            return seen.id();
        }
        Long known = idByContent.get(contentOf(seen));
        return known != null ? known : idByDigest.getOrDefault(digest(seen.channel(), seen.crc()), -1);
    }

    private static Content contentOf(Sighting seen) {
        return new Content(seen.channel(), seen.crc(), seen.identity());
    }

    /** {@code channel@serial}, for people. */
    String place(int channel, long serial) {
        return history.channelName(channel) + "@" + serial;
    }

    private static long digest(int channel, int crc) {
        return (long) channel << 32 | Integer.toUnsignedLong(crc);
    }
}
