package dev.skein.systemtests.check;

import dev.skein.systemtests.history.History;
import java.util.List;

/** All checkers of a history. The bound on outages (G8) is judged from measured gaps, by the report. */
public final class Checkers {

    private static final List<Checker> ALL = List.of(
            new AckedNotLost(),
            new OneOrder(),
            new Gapless(),
            new RealTimeOrder(),
            new ReplicasEqual(),
            new AtMostOnce(),
            new RetryFindsOriginal(),
            new PublisherOrder(),
            new SubscriberOrder(),
            new SubscriberComplete(),
            new OnlyCommitted(),
            new FailedNeverAppears(),
            new PublishesEnd());

    private Checkers() {}

    /** A verdict for each promise, in the order of the guarantees. */
    public static List<Verdict> check(History history) {
        Ledger ledger = Ledger.of(history);
        return ALL.stream().map(checker -> checker.check(ledger)).toList();
    }
}
