package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.BitSet;

/**
 * A full subscriber gets every serial from 1 to the channel's last. Retention is off in a run, so nothing explains a gap. Counts missing
 * serials, gap events and subscriptions that ended.
 */
final class SubscriberComplete implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.SUBSCRIBER_COMPLETE, "subscriptions");
        BitSet[][] got = delivered(ledger);
        for (int source = 0; source < got.length; source++) {
            for (int channel = 0; channel < got[source].length; channel++) {
                boolean full = ledger.sources().get(source).kind() == Source.Kind.SUBSCRIBER
                        && ledger.history().covers(source, channel);
                if (full) {
                    finding.looked();
                    missing(ledger, source, channel, got[source][channel], finding);
                }
            }
        }
        ledger.history().marks(mark -> told(ledger, mark, finding));
        return finding.verdict();
    }

    private static BitSet[][] delivered(Ledger ledger) {
        BitSet[][] got = new BitSet[ledger.sources().size()][ledger.history().channelCount()];
        for (BitSet[] row : got) {
            for (int channel = 0; channel < row.length; channel++) {
                row[channel] = new BitSet();
            }
        }
        ledger.history().sightings(seen -> note(ledger, seen, got));
        return got;
    }

    private static void note(Ledger ledger, Sighting seen, BitSet[][] got) {
        if (ledger.isReasonable(seen.serial())) {
            got[seen.source()][seen.channel()].set((int) seen.serial());
        }
    }

    private static void missing(Ledger ledger, int source, int channel, BitSet got, Finding finding) {
        int last = ledger.last(channel);
        for (int serial = got.nextClearBit(1); serial <= last; serial = got.nextClearBit(serial)) {
            int next = got.nextSetBit(serial);
            int end = next < 0 || next > last ? last : next - 1;
            for (int each = serial; each <= end; each++) {
                finding.broken(
                        "%s never got %s (missing are %d to %d of %d)",
                        ledger.sources().get(source), ledger.place(channel, each), serial, end, last);
            }
            serial = end + 1;
        }
    }

    private static void told(Ledger ledger, Mark mark, Finding finding) {
        String source = ledger.sources().get(mark.source()).toString();
        String channel = ledger.history().channelName(mark.channel());
        if (mark.kind() == Mark.Kind.GAP) {
            finding.broken("%s was told of a gap in %s: %d to %d", source, channel, mark.first(), mark.last());
        } else if (mark.kind() == Mark.Kind.CLOSED) {
            finding.broken("the subscription to %s by %s was ended by the server", channel, source);
        }
    }
}
