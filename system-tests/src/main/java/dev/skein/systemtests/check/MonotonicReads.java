package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Read;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An answer about a channel's end is not before any serial that was acknowledged, or answered to anybody, before the question was asked. A
 * sweep by the time of asking needs only the highest serial known so far.
 */
final class MonotonicReads implements Checker {

    /** Something that was known from a moment on. */
    private record Known(long nanos, long serial, String by) {}

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.MONOTONIC_READS, "questions for a channel's end");
        List<List<Known>> known = lists(ledger);
        List<List<Read>> asked = lists(ledger);
        ledger.history().publishes(publish -> {
            if (publish.isAcknowledged()) {
                known.get(publish.channel()).add(of(publish));
            }
        });
        ledger.history().reads(read -> {
            known.get(read.channel()).add(new Known(read.returnedNanos(), read.lastSerial(), "an earlier answer"));
            asked.get(read.channel()).add(read);
        });
        for (int channel = 0; channel < known.size(); channel++) {
            sweep(ledger, channel, known.get(channel), asked.get(channel), finding);
        }
        return finding.verdict();
    }

    private static Known of(Publish publish) {
        return new Known(publish.returnedNanos(), publish.serial(), "the receipt of message " + publish.id());
    }

    private static void sweep(Ledger ledger, int channel, List<Known> known, List<Read> asked, Finding finding) {
        known.sort(Comparator.comparingLong(Known::nanos));
        asked.sort(Comparator.comparingLong(Read::invokedNanos));
        int next = 0;
        Known highest = new Known(Long.MIN_VALUE, 0, "the beginning");
        for (Read read : asked) {
            while (next < known.size() && known.get(next).nanos() < read.invokedNanos()) {
                Known one = known.get(next++);
                highest = one.serial() > highest.serial() ? one : highest;
            }
            finding.looked();
            if (read.lastSerial() < highest.serial()) {
                finding.broken(
                        "%s was told that %s ends at %d, after %s had told of %d",
                        ledger.history().client(read.client()),
                        ledger.history().channelName(channel),
                        read.lastSerial(),
                        highest.by(),
                        highest.serial());
            } else if (read.lastSerial() > ledger.last(channel)) {
                finding.broken(
                        "%s was told of %s, but the channel ends at %d",
                        ledger.history().client(read.client()),
                        ledger.place(channel, read.lastSerial()),
                        ledger.last(channel));
            }
        }
    }

    private static <T> List<List<T>> lists(Ledger ledger) {
        List<List<T>> lists = new ArrayList<>();
        for (int channel = 0; channel < ledger.history().channelCount(); channel++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }
}
