package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.RunningTarget.Aim;
import dev.skein.benchmarks.system.TargetClient;
import dev.skein.benchmarks.system.TargetClient.From;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Reads all channels from the beginning, and looks for every message that was acknowledged. */
final class ReadBack {

    /** When nothing comes for so long, what has not come is missing. */
    private static final Duration STILL = Duration.ofSeconds(10);

    private final SectionLedger ledger;
    private final int sections;
    private final AtomicLongArray seen;
    private final AtomicLong found = new AtomicLong();

    /** To be made when no more answers come. */
    ReadBack(SectionLedger ledger) {
        this.ledger = ledger;
        this.sections = ledger.sentCount();
        this.seen = new AtomicLongArray(sections * SectionLoad.MESSAGES / Long.SIZE + 1);
    }

    /** How many acknowledged messages are not there. */
    long missing(RunningTarget target, List<String> channels) throws IOException {
        long wanted = (long) ledger.span(0, sections).taken() * SectionLoad.MESSAGES;
        try (TargetClient reader = target.connect(Aim.THROUGHPUT, 1)) {
            AutoCloseable subscription = reader.subscribe(channels, From.BEGINNING, this::received);
            long there = new Watch(found::get).awaitOrGiveUp(wanted, STILL);
            Measuring.end(subscription);
            return wanted - there;
        }
    }

    private void received(ByteBuffer payload) {
        long number = payload.getLong(payload.position());
        long section = number / SectionLoad.MESSAGES;
        if (section >= 0 && section < sections && ledger.isTaken((int) section) && isNew(number)) {
            found.incrementAndGet();
        }
    }

    private boolean isNew(long number) {
        long bit = 1L << (number % Long.SIZE);
        long before = seen.getAndUpdate((int) (number / Long.SIZE), word -> word | bit);
        return (before & bit) == 0;
    }
}
