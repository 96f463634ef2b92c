package dev.skein.systemtests.check;

import dev.skein.systemtests.history.Condition;
import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A publish that expected serial e and succeeded has e + 1, and nobody else succeeded with the same e. A refusal names another serial than
 * the expected one, and one that was the channel's last between asking and answering: not before what was acknowledged when it was asked,
 * and not one whose message was begun after the answer.
 */
final class ConditionHolds implements Checker {

    @Override
    public Verdict check(Ledger ledger) {
        Finding finding = new Finding(Promise.CONDITION_HOLDS, "conditional publishes");
        Map<Long, Integer> winners = new HashMap<>();
        Map<Integer, Receipts> receipts = new HashMap<>();
        ledger.history()
                .conditions(condition -> receipts.computeIfAbsent(
                        ledger.history().publish(condition.id()).channel(), channel -> new Receipts()));
        ledger.history().publishes(publish -> {
            Receipts of = receipts.get(publish.channel());
            if (of != null && publish.isAcknowledged()) {
                of.add(publish);
            }
        });
        ledger.history().conditions(condition -> {
            Publish publish = ledger.history().publish(condition.id());
            finding.looked();
            if (publish.isAcknowledged()) {
                succeeded(ledger, condition, publish, winners, finding);
            } else if (condition.reported() >= 0) {
                refused(ledger, condition, publish, receipts.getOrDefault(publish.channel(), new Receipts()), finding);
            }
        });
        return finding.verdict();
    }

    private static void succeeded(
            Ledger ledger, Condition condition, Publish publish, Map<Long, Integer> winners, Finding finding) {
        String place = ledger.place(publish.channel(), publish.serial());
        if (publish.serial() != condition.expected() + 1) {
            finding.broken("message %d expected serial %d and got %s", publish.id(), condition.expected(), place);
        }
        long key = (long) publish.channel() << 40 | condition.expected();
        Integer other = winners.putIfAbsent(key, publish.id());
        if (other != null) {
            finding.broken(
                    "messages %d and %d both expected serial %d of %s and took effect",
                    other, publish.id(), condition.expected(), ledger.history().channelName(publish.channel()));
        }
    }

    private static void refused(
            Ledger ledger, Condition condition, Publish publish, Receipts receipts, Finding finding) {
        String what = "message " + publish.id() + " was refused because "
                + ledger.history().channelName(publish.channel()) + " ended at " + condition.reported();
        if (condition.reported() == condition.expected()) {
            finding.broken("%s, which it expected", what);
        }
        long before = receipts.highestBefore(publish.invokedNanos());
        if (condition.reported() < before) {
            finding.broken("%s, but serial %d had been acknowledged before", what, before);
        }
        long begun = begun(ledger, publish.channel(), condition.reported());
        if (begun > publish.returnedNanos()) {
            finding.broken("%s, whose message was begun only later", what);
        }
    }

    private static long begun(Ledger ledger, int channel, long serial) {
        for (int source = 0; source < ledger.sources().size(); source++) {
            Source known = ledger.sources().get(source);
            Sighting there = known.isFinal() ? ledger.at(source, channel, serial) : null;
            long id = there == null ? -1 : ledger.idOf(there);
            if (id >= 0 && id < ledger.history().publishCount()) {
                return ledger.history().publish((int) id).invokedNanos();
            }
        }
        return Long.MIN_VALUE;
    }

    /** What was acknowledged when; answers by binary search. */
    private static final class Receipts {
        private final List<Publish> publishes = new ArrayList<>();
        private long[] nanos = new long[0];
        private long[] highest = new long[0];

        void add(Publish publish) {
            publishes.add(publish);
        }

        long highestBefore(long moment) {
            if (nanos.length < publishes.size()) {
                arrange();
            }
            int at = Arrays.binarySearch(nanos, moment);
            int before = at >= 0 ? at : -at - 1;
            return before == 0 ? 0 : highest[before - 1];
        }

        private void arrange() {
            publishes.sort(Comparator.comparingLong(Publish::returnedNanos));
            nanos = publishes.stream().mapToLong(Publish::returnedNanos).toArray();
            highest = new long[nanos.length];
            long most = 0;
            for (int i = 0; i < highest.length; i++) {
                most = Math.max(most, publishes.get(i).serial());
                highest[i] = most;
            }
        }
    }
}
