package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import org.jspecify.annotations.Nullable;

/**
 * A hash chain over each channel is the same on every replica. What histories show of it (not the producers) must agree with the
 * replicas as well.
 */
final class ReplicasEqual implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.REPLICAS_EQUAL, "channel histories compared");
        for (int channel = 0; channel < ledger.history().channelCount(); channel++) {
            compare(ledger, channel, finding);
        }
        return finding.verdict();
    }

    private static void compare(Ledger ledger, int channel, Finding finding) {
        int first = -1;
        for (int source = 0; source < ledger.sources().size(); source++) {
            Source known = ledger.sources().get(source);
            if (!known.isFinal() || !ledger.history().covers(source, channel)) {
                continue;
            }
            if (first >= 0) {
                finding.looked();
                difference(ledger, channel, first, source, finding);
            } else {
                first = source;
            }
        }
    }

    private static void difference(Ledger ledger, int channel, int one, int other, Finding finding) {
        for (int serial = 1; serial <= ledger.last(channel); serial++) {
            long here = digest(ledger.at(one, channel, serial));
            long there = digest(ledger.at(other, channel, serial));
            if (here != there) {
                finding.broken(
                        "%s and %s differ at %s: %s and %s",
                        ledger.sources().get(one),
                        ledger.sources().get(other),
                        ledger.place(channel, serial),
                        text(ledger.at(one, channel, serial)),
                        text(ledger.at(other, channel, serial)));
                return;
            }
        }
    }

    private static long digest(@Nullable Sighting seen) {
        if (seen == null) {
            return 0;
        }
        long digest = seen.epoch();
        digest = digest * 0x9E3779B97F4A7C15L + seen.crc();
        digest = digest * 0x9E3779B97F4A7C15L + seen.timeMillis();
        return digest * 0x9E3779B97F4A7C15L + seen.identity();
    }

    private static String text(@Nullable Sighting seen) {
        return seen == null
                ? "nothing"
                : String.format("crc %08x time %d producer %x", seen.crc(), seen.timeMillis(), seen.identity());
    }
}
