package dev.skein.replication.raft;

import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.replication.link.ElectionTiming;
import java.util.Set;

/**
 * Timeouts of one group, chosen for the round trip between its voters.
 *
 * @param electionTimeoutMillis silence after which a follower asks for votes: at least heartbeat + RTT + 200 ms, so that one lost
 *     segment causes no election, and 3 x RTT or more. Higher: slower failover. Lower: needless elections
 * @param electionSpreadMillis random addition: at least 150 ms, so that two voters of one region rarely collide; those of other regions
 *     are kept apart by patience
 * @param heartbeatDivisor heartbeats per election timeout. Higher: more traffic when idle. Lower: fewer chances before an election
 * @param patienceMillis this voter lets others ask for votes first, for this long
 * @param soleHeirOf leaders after whose loss only this voter asks for votes at first; it needs no random addition then
 */
public record RaftTiming(
        int electionTimeoutMillis,
        int electionSpreadMillis,
        int heartbeatDivisor,
        int patienceMillis,
        Set<NodeId> soleHeirOf) {

    public RaftTiming {
        Checks.check(
                electionTimeoutMillis >= 100 && electionTimeoutMillis <= 60_000,
                "electionTimeout",
                electionTimeoutMillis + "ms",
                "100ms to 60s");
        Checks.check(
                electionSpreadMillis >= 10 && electionSpreadMillis <= 60_000,
                "electionSpread",
                electionSpreadMillis + "ms",
                "10ms to 60s");
        Checks.check(heartbeatDivisor >= 2 && heartbeatDivisor <= 50, "heartbeatDivisor", heartbeatDivisor, "2 to 50");
    }

    /** A voter that is as quick as any other. */
    public RaftTiming(int electionTimeoutMillis, int electionSpreadMillis, int heartbeatDivisor) {
        this(electionTimeoutMillis, electionSpreadMillis, heartbeatDivisor, 0, Set.of());
    }

    ElectionTiming elections() {
        return new ElectionTiming(electionTimeoutMillis, electionSpreadMillis, patienceMillis, soleHeirOf);
    }

    /** Time between heartbeats, as JRaft computes it. */
    int heartbeatMillis() {
        return Math.max(electionTimeoutMillis / heartbeatDivisor, 10);
    }

    /**
     * The same for a voter that should rarely be the first to ask for votes. After the loss of a home region all voters that remain
     * must agree, of five as of three; two candidates in different regions at once then elect nobody, which costs another timeout. So
     * the voters of the third region leave the first move to those of the second, who see each other's move within a millisecond:
     * they wait until the last of those has moved and its election, of four round trips at most, is over.
     */
    public RaftTiming reluctant() {
        return new RaftTiming(
                electionTimeoutMillis,
                electionSpreadMillis,
                heartbeatDivisor,
                electionSpreadMillis + electionTimeoutMillis,
                Set.of());
    }

    /** The same for a voter without rivals once one of these leaders is lost. */
    public RaftTiming soleHeirOf(Set<NodeId> leaders) {
        return new RaftTiming(electionTimeoutMillis, electionSpreadMillis, heartbeatDivisor, patienceMillis, leaders);
    }

    /** Voters within a few milliseconds of each other. */
    public static RaftTiming near() {
        return new RaftTiming(500, 200, 5);
    }
}
