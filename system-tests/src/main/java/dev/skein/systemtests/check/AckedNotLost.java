package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.List;

/** Every receipt is true on every replica and in every history. A message missing anywhere counts once. */
final class AckedNotLost implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.ACKED_NOT_LOST, "acknowledged messages");
        ledger.history().publishes(publish -> {
            if (publish.isAcknowledged()) {
                look(ledger, publish, finding);
            }
        });
        return finding.verdict();
    }

    private static void look(Ledger ledger, Publish publish, Finding finding) {
        List<Source> sources = ledger.sources();
        boolean shown = false;
        for (int source = 0; source < sources.size(); source++) {
            if (!sources.get(source).isFinal() || !ledger.history().covers(source, publish.channel())) {
                continue;
            }
            shown = true;
            Sighting there = ledger.at(source, publish.channel(), publish.serial());
            if (there == null || there.crc() != publish.crc()) {
                finding.looked();
                finding.broken(
                        "message %d was acknowledged as %s, but %s has %s there",
                        publish.id(),
                        ledger.place(publish.channel(), publish.serial()),
                        sources.get(source),
                        there == null ? "nothing" : "message " + ledger.idOf(there));
                return;
            }
        }
        if (shown) {
            finding.looked();
        }
    }
}
