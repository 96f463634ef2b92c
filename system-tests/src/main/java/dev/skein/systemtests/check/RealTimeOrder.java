package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Publish;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * If A was acknowledged before B was begun, A's serial is smaller. A sweep over each channel's publishes by the time they began needs only
 * the highest serial acknowledged so far.
 */
final class RealTimeOrder implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.REAL_TIME_ORDER, "acknowledged messages");
        List<List<Publish>> byChannel = new ArrayList<>();
        for (int channel = 0; channel < ledger.history().channelCount(); channel++) {
            byChannel.add(new ArrayList<>());
        }
        ledger.history().publishes(publish -> {
            // A receipt of an earlier attempt's effect says nothing about when this attempt began.
            if (publish.isAcknowledged()) {
                byChannel.get(publish.channel()).add(publish);
            }
        });
        byChannel.forEach(publishes -> sweep(ledger, publishes, finding));
        return finding.verdict();
    }

    private static void sweep(Ledger ledger, List<Publish> begun, Finding finding) {
        List<Publish> ended = new ArrayList<>(begun);
        begun.sort(Comparator.comparingLong(Publish::invokedNanos));
        ended.sort(Comparator.comparingLong(Publish::returnedNanos));
        int next = 0;
        Publish highest = null;
        for (Publish publish : begun) {
            while (next < ended.size() && ended.get(next).returnedNanos() < publish.invokedNanos()) {
                Publish done = ended.get(next++);
                highest = highest == null || done.serial() > highest.serial() ? done : highest;
            }
            finding.looked();
            if (highest != null && highest.serial() >= publish.serial()) {
                finding.broken(
                        "message %d got %s although it was begun after the receipt of message %d with serial %d",
                        publish.id(),
                        ledger.place(publish.channel(), publish.serial()),
                        highest.id(),
                        highest.serial());
            }
        }
    }
}
