package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Retry;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import org.jspecify.annotations.Nullable;

/**
 * A retry's receipt names the serial at which the message stands in the history that stays, and says that it is a duplicate when the original
 * had taken effect before.
 */
final class RetryFindsOriginal implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.RETRY_FINDS_ORIGINAL, "retries in another region");
        ledger.history().retries(retry -> look(ledger, retry, finding));
        return finding.verdict();
    }

    private static void look(Ledger ledger, Retry retry, Finding finding) {
        finding.looked();
        if (retry.outcome() != Outcome.ACKNOWLEDGED) {
            finding.broken("the retry of message %d in %s ended as %s", retry.id(), retry.region(), retry.outcome());
            return;
        }
        int channel = ledger.history().publish(retry.id()).channel();
        String place = ledger.place(channel, retry.serial());
        if (retry.afterCommit() && !retry.duplicate()) {
            finding.broken("the retry of message %d in %s took effect again, at %s", retry.id(), retry.region(), place);
            return;
        }
        Sighting there = anyFinal(ledger, channel, retry.serial());
        if (there == null || ledger.idOf(there) != retry.id()) {
            finding.broken(
                    "the retry of message %d in %s was answered with %s, where %s stands",
                    retry.id(), retry.region(), place, there == null ? "nothing" : "message " + ledger.idOf(there));
        }
    }

    private static @Nullable Sighting anyFinal(Ledger ledger, int channel, long serial) {
        for (int source = 0; source < ledger.sources().size(); source++) {
            Source known = ledger.sources().get(source);
            Sighting there = known.isFinal() ? ledger.at(source, channel, serial) : null;
            if (there != null) {
                return there;
            }
        }
        return null;
    }
}
