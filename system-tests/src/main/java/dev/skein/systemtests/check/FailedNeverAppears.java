package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Sighting;

/** No message whose client was told "failed" is seen anywhere. Counts such messages. */
final class FailedNeverAppears implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.FAILED_NEVER_APPEARS, "sightings");
        boolean[] reported = new boolean[ledger.history().publishCount()];
        ledger.history().sightings(seen -> look(ledger, seen, reported, finding));
        return finding.verdict();
    }

    private static void look(Ledger ledger, Sighting seen, boolean[] reported, Finding finding) {
        finding.looked();
        long id = ledger.idOf(seen);
        if (id < 0 || id >= reported.length || reported[(int) id]) {
            return;
        }
        if (ledger.history().publish((int) id).outcome() == Outcome.FAILED) {
            reported[(int) id] = true;
            finding.broken(
                    "message %d was reported as failed, but %s has it at %s",
                    id, ledger.sources().get(seen.source()), ledger.place(seen.channel(), seen.serial()));
        }
    }
}
