package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;

/** No serial comes twice or after a later one, on any subscription, whatever connections it has lived on. */
final class SubscriberOrder implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.SUBSCRIBER_ORDER, "deliveries");
        long[][] highest = new long[ledger.sources().size()][ledger.history().channelCount()];
        ledger.history().sightings(seen -> look(ledger, seen, highest, finding));
        return finding.verdict();
    }

    private static void look(Ledger ledger, Sighting seen, long[][] highest, Finding finding) {
        Source source = ledger.sources().get(seen.source());
        if (!source.isDelivery()) {
            return;
        }
        finding.looked();
        long before = highest[seen.source()][seen.channel()];
        if (seen.serial() <= before) {
            finding.broken(
                    "%s got %s %s",
                    source,
                    ledger.place(seen.channel(), seen.serial()),
                    seen.serial() == before ? "twice" : "after serial " + before);
        }
        highest[seen.source()][seen.channel()] = Math.max(before, seen.serial());
    }
}
