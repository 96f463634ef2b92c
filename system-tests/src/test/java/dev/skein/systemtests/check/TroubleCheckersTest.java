package dev.skein.systemtests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.Receipt;
import dev.skein.systemtests.check.Quiet.NodeInTheEnd;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Recovery, isolation, quiet and damage: each accepts a good run and reports a bad one. */
class TroubleCheckersTest {

    private static final long MILLI = 1_000_000;
    private static final Recovers.Bounds BOUNDS = new Recovers.Bounds(1_000, 2_000);
    private static final Quiet.Bounds LEFT = new Quiet.Bounds(10, 100, 100);

    private final History history = new History();
    private final int probe = history.addClient(new Client("probe", "us"));
    private final int channel = history.channel("default:room");

    @Test
    void acceptsAShortStandstillAndAQuickRecovery() {
        probes(0, 5_000, 100);
        probes(6_500, 20_000, 100);

        Recovers recovers = Recovers.of(history, List.of(trouble(4_000, 8_000, true)));

        assertTrue(recovers.check(BOUNDS).isKept(), () -> recovers.check(BOUNDS).toString());
        assertEquals(1_500, recovers.longestMillis(trouble(4_000, 8_000, true)));
    }

    @Test
    void findsAStandstillThatIsTooLong() {
        probes(0, 5_000, 100);
        probes(7_500, 20_000, 100);

        assertEquals("BROKEN", recovery(trouble(4_000, 8_000, true)));
        assertEquals("kept", recovery(trouble(4_000, 8_000, false)));
    }

    @Test
    void findsARecoveryThatTakesTooLong() {
        probes(0, 5_000, 100);
        probes(9_500, 20_000, 100);

        assertEquals("BROKEN", recovery(trouble(4_000, 8_000, false)));
    }

    @Test
    void findsAChannelThatNeverComesBack() {
        probes(0, 5_000, 100);

        assertEquals("BROKEN", recovery(trouble(4_000, 8_000, false)));
    }

    @Test
    void acceptsSlowClientsThatNobodyFeels() {
        probes(0, 20_000, 100);

        assertEquals("kept", isolation("SLOW_CONSUMER"));
    }

    @Test
    void findsASlowClientThatIsNotToldWhy() {
        probes(0, 20_000, 100);

        assertEquals("BROKEN", isolation("still attached"));
    }

    @Test
    void findsSlowClientsThatOthersFeel() {
        probes(0, 10_000, 100);
        for (long at = 11_000; at < 20_000; at += 100) {
            answered(at, 900);
        }

        assertEquals("BROKEN", isolation("SLOW_CONSUMER"));
    }

    @Test
    void acceptsACalmEnd() {
        assertTrue(Quiet.check(8, List.of(), List.of(node(5, 50, 50, "")), LEFT).isKept());
    }

    @Test
    void findsWhatIsLeftOver() {
        assertEquals(1, Quiet.check(8, List.of("no leader"), List.of(), LEFT).violations());
        assertEquals(
                1,
                Quiet.check(8, List.of(), List.of(node(11, 50, 50, "")), LEFT).violations());
        assertEquals(
                1,
                Quiet.check(8, List.of(), List.of(node(5, 101, 50, "")), LEFT).violations());
        assertEquals(
                1,
                Quiet.check(8, List.of(), List.of(node(5, 50, 101, "")), LEFT).violations());
        assertEquals(
                1,
                Quiet.check(8, List.of(), List.of(node(5, 50, 50, "quarantined")), LEFT)
                        .violations());
    }

    @Test
    void acceptsADamageThatIsRefused() {
        assertEquals("kept", damage(true, Optional.of("00000001.log: bad checksum")));
        assertEquals("kept", damage(false, Optional.empty()));
    }

    @Test
    void findsADamageThatIsTaken() {
        assertEquals("BROKEN", damage(true, Optional.empty()));
        assertEquals("BROKEN", damage(true, Optional.of(" ")));
    }

    private String recovery(Trouble trouble) {
        return Recovers.of(history, List.of(trouble)).check(BOUNDS).word();
    }

    private String isolation(String reason) {
        return Isolated.check(history, List.of(reason), List.of(trouble(10_000, 20_000, true)), 100)
                .word();
    }

    private static String damage(boolean mustRefuse, Optional<String> refusal) {
        return DamageRefused.check(List.of(new Damage("flip-log", "us-a", "a bit", mustRefuse, refusal)))
                .word();
    }

    private static NodeInTheEnd node(int sessions, int threads, int files, String refused) {
        return new NodeInTheEnd("us-a", sessions, threads, files, refused);
    }

    private static Trouble trouble(long beginMillis, long healedMillis, boolean survivable) {
        return new Trouble("a round", beginMillis * MILLI, healedMillis * MILLI, survivable);
    }

    private void probes(long fromMillis, long toMillis, long everyMillis) {
        for (long at = fromMillis; at <= toMillis; at += everyMillis) {
            answered(at, 10);
        }
    }

    /** Answered at the moment, after so long. */
    private void answered(long atMillis, long afterMillis) {
        int id = history.invoked(probe, channel, (atMillis - afterMillis) * MILLI);
        history.acknowledged(id, new Receipt(1, id + 1, id + 1, Instant.EPOCH, false), atMillis * MILLI);
    }
}
