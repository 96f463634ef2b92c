package dev.skein.systemtests.check;

import dev.skein.systemtests.history.History;
import java.util.List;
import java.util.stream.Stream;

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

    /** What only the fault conductor records: questions, conditions, tokens, and what nodes say of themselves. */
    private static final List<Checker> OPERATIONS = List.of(
            new MonotonicReads(), new ResumeExact(), new ConditionHolds(), new DigestsEqual(), new OneLeaderATerm());

    private Checkers() {}

    /** A verdict for each promise, in the order of the guarantees. */
    public static List<Verdict> check(History history) {
        Ledger ledger = Ledger.of(history);
        return ALL.stream().map(checker -> checker.check(ledger)).toList();
    }

    /** The same, and a verdict for each promise about other operations than publishing and subscribing. */
    public static List<Verdict> checkEverything(History history) {
        Ledger ledger = Ledger.of(history);
        return Stream.concat(ALL.stream(), OPERATIONS.stream())
                .map(checker -> checker.check(ledger))
                .toList();
    }
}
