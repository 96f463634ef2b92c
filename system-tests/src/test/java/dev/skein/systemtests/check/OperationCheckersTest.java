package dev.skein.systemtests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.systemtests.history.Condition;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Leadership;
import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Read;
import dev.skein.systemtests.history.Resumption;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import dev.skein.systemtests.history.StateDigest;
import org.junit.jupiter.api.Test;

/** Each checker of operations accepts a sound history and reports a damaged one. */
class OperationCheckersTest {

    private static final int CHANNEL = 0;
    private static final int LAST = RecordedRun.SERIALS;

    private final RecordedRun run = new RecordedRun();

    // ------------------------------------------------------------------ C8

    @Test
    void acceptsAnswersThatOnlyGrow() {
        History history = run.history();
        history.read(new Read(0, CHANNEL, 10_000, 10_001, LAST));
        history.read(new Read(1, CHANNEL, 10_002, 10_003, LAST));

        assertKept(history, Promise.MONOTONIC_READS);
    }

    @Test
    void findsAnAnswerBeforeAReceipt() {
        History history = run.history();
        history.read(new Read(0, CHANNEL, 10_000, 10_001, LAST - 1));

        assertBroken(history, Promise.MONOTONIC_READS);
    }

    @Test
    void findsAnAnswerBeforeAnEarlierAnswer() {
        run.changePublish(CHANNEL + 2 * (LAST - 1), publish -> RecordedRun.ended(publish, Outcome.UNKNOWN));
        History history = run.history();
        history.read(new Read(0, CHANNEL, 10_000, 10_001, LAST));
        history.read(new Read(1, CHANNEL, 10_002, 10_003, LAST - 1));

        assertBroken(history, Promise.MONOTONIC_READS);
    }

    @Test
    void findsAnAnswerBeyondTheEnd() {
        History history = run.history();
        history.read(new Read(0, CHANNEL, 10_000, 10_001, LAST + 1));

        assertBroken(history, Promise.MONOTONIC_READS);
    }

    // ------------------------------------------------------------------ C9

    @Test
    void acceptsAVisitThatGoesOnWithTheNextSerial() {
        History history = run.history();
        visit(history, 3, 3, 4, 5);

        assertKept(history, Promise.RESUME_EXACT);
    }

    @Test
    void findsAVisitThatSkipsAMessage() {
        History history = run.history();
        visit(history, 3, 3, 5);

        assertBroken(history, Promise.RESUME_EXACT);
    }

    @Test
    void findsAVisitThatRepeatsAMessage() {
        History history = run.history();
        visit(history, 3, 3, 3);

        assertBroken(history, Promise.RESUME_EXACT);
    }

    @Test
    void findsATokenThatIsNotWhereDeliveryStopped() {
        History history = run.history();
        visit(history, 4, 3, 5);

        assertBroken(history, Promise.RESUME_EXACT);
    }

    @Test
    void findsAVisitorThatIsToldOfAGap() {
        History history = run.history();
        int source = visit(history, 3, 3);
        history.marked(new Mark(Mark.Kind.GAP, source, CHANNEL, 4, 5, 1));

        assertBroken(history, Promise.RESUME_EXACT);
    }

    // ------------------------------------------------------------------ C10

    @Test
    void acceptsOneWinnerAndATrueRefusal() {
        run.changePublish(4, publish -> RecordedRun.ended(publish, Outcome.FAILED));
        History history = run.history();
        history.condition(new Condition(2, 1, -1));
        history.condition(new Condition(4, 0, 2));

        assertKept(history, Promise.CONDITION_HOLDS);
    }

    @Test
    void findsASuccessBehindAnotherSerialThanExpected() {
        History history = run.history();
        history.condition(new Condition(4, 1, -1));

        assertBroken(history, Promise.CONDITION_HOLDS);
    }

    @Test
    void findsTwoWinners() {
        run.changePublish(4, publish -> RecordedRun.at(publish, 2));
        History history = run.history();
        history.condition(new Condition(2, 1, -1));
        history.condition(new Condition(4, 1, -1));

        assertBroken(history, Promise.CONDITION_HOLDS);
    }

    @Test
    void findsARefusalThatNamesTheExpectedSerial() {
        run.changePublish(4, publish -> RecordedRun.ended(publish, Outcome.FAILED));
        History history = run.history();
        history.condition(new Condition(4, 2, 2));

        assertBroken(history, Promise.CONDITION_HOLDS);
    }

    @Test
    void findsARefusalByAnOldState() {
        run.changePublish(8, publish -> RecordedRun.ended(publish, Outcome.FAILED));
        History history = run.history();
        history.condition(new Condition(8, 3, 1));

        assertBroken(history, Promise.CONDITION_HOLDS);
    }

    @Test
    void findsARefusalByAFutureState() {
        run.changePublish(4, publish -> RecordedRun.ended(publish, Outcome.FAILED));
        History history = run.history();
        history.condition(new Condition(4, 2, 8));

        assertBroken(history, Promise.CONDITION_HOLDS);
    }

    // ------------------------------------------------------------------ C11, C12

    @Test
    void acceptsEqualDigests() {
        History history = run.history();
        history.digest(new StateDigest("default/0", "us-a", 10, 77));
        history.digest(new StateDigest("default/0", "eu-a", 10, 77));
        history.digest(new StateDigest("default/0", "eu-a", 11, 78));

        assertKept(history, Promise.DIGESTS_EQUAL);
    }

    @Test
    void findsReplicasThatWentApart() {
        History history = run.history();
        history.digest(new StateDigest("default/0", "us-a", 10, 77));
        history.digest(new StateDigest("default/0", "eu-a", 10, 78));

        assertBroken(history, Promise.DIGESTS_EQUAL);
    }

    @Test
    void acceptsOneLeaderATerm() {
        History history = run.history();
        history.led(new Leadership("default/0", 3, "us-a"));
        history.led(new Leadership("default/0", 4, "eu-a"));
        history.led(new Leadership("default/1", 3, "eu-a"));

        assertKept(history, Promise.ONE_LEADER_A_TERM);
    }

    @Test
    void findsTwoLeadersOfATerm() {
        History history = run.history();
        history.led(new Leadership("default/0", 3, "us-a"));
        history.led(new Leadership("default/0", 3, "eu-a"));

        assertBroken(history, Promise.ONE_LEADER_A_TERM);
    }

    private static int visit(History history, long token, long delivered, long... serials) {
        int source = history.addSource(new Source(Source.Kind.VISITOR, "eu"));
        history.resumed(new Resumption(source, CHANNEL, token, delivered));
        for (long serial : serials) {
            history.sighted(new Sighting(source, CHANNEL, RecordedRun.EPOCH, serial, 0, 0, 0, 0, 0));
        }
        return source;
    }

    private static Verdict verdict(History history, Promise promise) {
        return Checkers.checkEverything(history).stream()
                .filter(verdict -> verdict.promise() == promise)
                .findFirst()
                .orElseThrow();
    }

    private static void assertKept(History history, Promise promise) {
        Verdict verdict = verdict(history, promise);
        assertTrue(verdict.isKept(), verdict::toString);
    }

    private static void assertBroken(History history, Promise promise) {
        Verdict verdict = verdict(history, promise);
        assertEquals("BROKEN", verdict.word(), verdict::toString);
    }
}
