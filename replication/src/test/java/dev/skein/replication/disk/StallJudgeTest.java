package dev.skein.replication.disk;

import static dev.skein.replication.disk.StallJudge.Phase.RECOVERING;
import static dev.skein.replication.disk.StallJudge.Phase.STALLED;
import static dev.skein.replication.disk.StallJudge.Phase.WELL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallJudgeTest {

    private final OperationAge age = new OperationAge(millis(200));
    private final StallJudge judge = new StallJudge(millis(1_000));
    private long nowMillis = 5_000;
    private OptionalLong busySince = OptionalLong.empty();
    private StallJudge.Phase phase = WELL;

    @Test
    void anOperationThatDoesNotEndIsAStall() {
        lookFor(100);
        begin();
        lookFor(950);
        assertEquals(WELL, phase);
        lookFor(100);
        assertEquals(STALLED, phase);
    }

    @Test
    void manyShortOperationsAreNone() {
        for (int i = 0; i < 20; i++) {
            begin();
            lookFor(900);
        }
        assertEquals(WELL, phase);
    }

    @Test
    void aProcessThatStoodStillItselfBlamesNoDisk() {
        lookFor(100);
        begin();
        nowMillis += 60_000;
        look();
        assertEquals(WELL, phase);
        nowMillis += 60_000;
        look();
        assertEquals(WELL, phase, "each long time between looks counts as a short one");
    }

    @Test
    void theDiskIsTrustedAgainAfterAWhileWithoutStalls() {
        begin();
        lookFor(1_200);
        assertEquals(STALLED, phase);
        busySince = OptionalLong.empty();
        lookFor(50);
        assertEquals(RECOVERING, phase);
        lookFor(4_000);
        assertEquals(RECOVERING, phase);
        begin();
        lookFor(1_200);
        assertEquals(STALLED, phase, "it stalls again");
        busySince = OptionalLong.empty();
        lookFor(4_900);
        assertEquals(RECOVERING, phase);
        lookFor(200);
        assertEquals(WELL, phase);
    }

    private void begin() {
        busySince = OptionalLong.of(millis(nowMillis));
    }

    private void lookFor(long forMillis) {
        for (long end = nowMillis + forMillis; nowMillis < end; ) {
            nowMillis += 50;
            look();
        }
    }

    private void look() {
        long now = millis(nowMillis);
        phase = judge.judge(now, age.look(now, busySince));
    }

    private static long millis(long count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }
}
