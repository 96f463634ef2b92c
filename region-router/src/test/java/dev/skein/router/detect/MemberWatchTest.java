package dev.skein.router.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemberWatchTest {

    private long now = millis(1_000_000);
    private final MemberWatch watch = new MemberWatch(PhiConfig.standard(), now);

    @Test
    void regularHeartbeatsKeepItAlive() {
        for (int i = 0; i < 1_000; i++) {
            heartbeatAfter(200);
            assertEquals(Verdict.ALIVE, watch.judge(now));
        }
    }

    @Test
    void phiGrowsWithTheSilence() {
        beatRegularly(200);
        double last = 0;
        for (int i = 0; i < 60; i++) {
            now += millis(100);
            double phi = watch.phi(now);
            assertTrue(phi >= last, phi + " after " + last);
            last = phi;
        }
        assertTrue(last > 100, "" + last);
    }

    @Test
    void silenceMakesItSuspectAndOnlyLongSilenceDead() {
        beatRegularly(200);

        assertEquals(Verdict.ALIVE, judgeAfter(600));
        assertEquals(Verdict.SUSPECT, judgeAfter(900));
        assertEquals(Verdict.SUSPECT, judgeAfter(2_900));
        assertEquals(Verdict.DEAD, judgeAfter(200));
    }

    @Test
    void anIrregularHeartbeatGetsMoreTime() {
        for (int i = 0; i < 100; i++) {
            heartbeatAfter(i % 2 == 0 ? 100 : 1_300);
        }

        assertEquals(Verdict.ALIVE, judgeAfter(2_500));
    }

    @Test
    void aHeartbeatRevivesEvenTheDead() {
        beatRegularly(200);
        judgeAfter(2_000);
        judgeAfter(60_000);
        assertEquals(Verdict.DEAD, watch.judge(now));

        heartbeatAfter(1);

        assertEquals(Verdict.ALIVE, watch.judge(now));
    }

    @Test
    void anOutageDoesNotBluntTheDetector() {
        beatRegularly(200);
        judgeAfter(2_000);
        judgeAfter(60_000);
        heartbeatAfter(1);

        assertEquals(Verdict.SUSPECT, judgeAfter(1_600));
    }

    @Test
    void anExcusedSilenceDoesNotCount() {
        beatRegularly(200);
        now += millis(30_000);
        watch.excuse(millis(30_000));

        assertEquals(Verdict.ALIVE, watch.judge(now));
        assertEquals(Verdict.SUSPECT, judgeAfter(1_600));
    }

    @Test
    void aMemberNeverHeardAgainIsSuspectedAfterTheBootstrapInterval() {
        assertEquals(Verdict.ALIVE, judgeAfter(1_500));
        assertEquals(Verdict.SUSPECT, judgeAfter(2_000));
    }

    private void beatRegularly(long everyMillis) {
        for (int i = 0; i < 100; i++) {
            heartbeatAfter(everyMillis);
        }
    }

    private void heartbeatAfter(long silenceMillis) {
        now += millis(silenceMillis);
        watch.heard(now);
    }

    private Verdict judgeAfter(long silenceMillis) {
        now += millis(silenceMillis);
        return watch.judge(now);
    }

    private static long millis(long value) {
        return TimeUnit.MILLISECONDS.toNanos(value);
    }
}
