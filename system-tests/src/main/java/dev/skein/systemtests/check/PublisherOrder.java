package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.HashMap;
import java.util.Map;

/** Ids grow with each client's calls, so along a channel the ids of one client grow too. */
final class PublisherOrder implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.PUBLISHER_ORDER, "messages in publishers' order");
        for (int channel = 0; channel < ledger.history().channelCount(); channel++) {
            int source = finalSource(ledger, channel);
            if (source >= 0) {
                walk(ledger, source, channel, finding);
            }
        }
        return finding.verdict();
    }

    private static void walk(Ledger ledger, int source, int channel, Finding finding) {
        Map<Integer, Integer> latest = new HashMap<>();
        for (int serial = 1; serial <= ledger.last(channel); serial++) {
            Sighting there = ledger.at(source, channel, serial);
            long id = there == null ? -1 : ledger.idOf(there);
            if (id < 0 || id >= ledger.history().publishCount()) {
                continue;
            }
            finding.looked();
            Publish publish = ledger.history().publish((int) id);
            Integer before = latest.put(publish.client(), publish.id());
            if (before != null && before > publish.id()) {
                finding.broken(
                        "message %d of %s is at %s, behind its later message %d",
                        publish.id(), ledger.history().client(publish.client()), ledger.place(channel, serial), before);
            }
        }
    }

    /** Replicas are compared with each other elsewhere; any of them will do here. */
    private static int finalSource(Ledger ledger, int channel) {
        for (int source = 0; source < ledger.sources().size(); source++) {
            Source known = ledger.sources().get(source);
            if (known.isFinal() && ledger.history().covers(source, channel)) {
                return source;
            }
        }
        return -1;
    }
}
