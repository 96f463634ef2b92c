package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Resumption;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.HashMap;
import java.util.Map;

/**
 * A token stands for the last delivery before it, the first delivery after it is the next serial, and each one after that the next again. A
 * gap that a visitor is told of is held against the history: what is there is no gap.
 */
final class ResumeExact implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.RESUME_EXACT, "deliveries to visitors and resumptions");
        Map<Integer, Long> next = new HashMap<>();
        ledger.history().resumptions(resumption -> begin(ledger, resumption, next, finding));
        ledger.history().marks(mark -> told(ledger, mark, finding));
        ledger.history().sightings(seen -> deliver(ledger, seen, next, finding));
        return finding.verdict();
    }

    private static void begin(Ledger ledger, Resumption resumption, Map<Integer, Long> next, Finding finding) {
        finding.looked();
        next.put(resumption.source(), resumption.token() + 1);
        if (resumption.token() != resumption.delivered()) {
            finding.broken(
                    "the token for %s says %d, but %d was delivered last",
                    ledger.history().channelName(resumption.channel()), resumption.token(), resumption.delivered());
        }
    }

    private static void told(Ledger ledger, Mark mark, Finding finding) {
        boolean visitor = ledger.sources().get(mark.source()).kind() == Source.Kind.VISITOR;
        if (visitor && mark.kind() == Mark.Kind.GAP) {
            finding.broken(
                    "%s was told of a gap in %s: %d to %d",
                    ledger.sources().get(mark.source()),
                    ledger.history().channelName(mark.channel()),
                    mark.first(),
                    mark.last());
        }
    }

    private static void deliver(Ledger ledger, Sighting seen, Map<Integer, Long> next, Finding finding) {
        Long expected = next.get(seen.source());
        if (expected == null) {
            return;
        }
        finding.looked();
        if (seen.serial() != expected) {
            finding.broken(
                    "%s got %s (expected: serial %d)",
                    ledger.sources().get(seen.source()), ledger.place(seen.channel(), seen.serial()), expected);
        }
        next.put(seen.source(), seen.serial() + 1);
    }
}
