package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;

/** Each delivery stands at its serial on every replica and in every history. */
final class OnlyCommitted implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.ONLY_COMMITTED, "deliveries");
        ledger.history().sightings(seen -> {
            if (ledger.sources().get(seen.source()).isDelivery()) {
                look(ledger, seen, finding);
            }
        });
        return finding.verdict();
    }

    private static void look(Ledger ledger, Sighting seen, Finding finding) {
        finding.looked();
        for (int source = 0; source < ledger.sources().size(); source++) {
            Source known = ledger.sources().get(source);
            if (!known.isFinal() || !ledger.history().covers(source, seen.channel())) {
                continue;
            }
            Sighting there = ledger.at(source, seen.channel(), seen.serial());
            if (there == null || there.crc() != seen.crc()) {
                finding.broken(
                        "%s got message %d at %s, but %s has %s there",
                        ledger.sources().get(seen.source()),
                        seen.id(),
                        ledger.place(seen.channel(), seen.serial()),
                        known,
                        there == null ? "nothing" : "message " + ledger.idOf(there));
                return;
            }
        }
    }
}
