package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Outcome;

/** No publish waits for ever. */
final class PublishesEnd implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.PUBLISHES_END, "publishes");
        ledger.history().publishes(publish -> {
            finding.looked();
            if (publish.outcome() == Outcome.PENDING) {
                finding.broken(
                        "message %d of %s to %s was never answered",
                        publish.id(),
                        ledger.history().client(publish.client()),
                        ledger.history().channelName(publish.channel()));
            }
        });
        return finding.verdict();
    }
}
