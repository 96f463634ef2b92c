package dev.skein.systemtests.faults;

import static dev.skein.systemtests.check.Promise.ACKED_NOT_LOST;
import static dev.skein.systemtests.check.Promise.AT_MOST_ONCE;
import static dev.skein.systemtests.check.Promise.CONDITION_HOLDS;
import static dev.skein.systemtests.check.Promise.DAMAGE_REFUSED;
import static dev.skein.systemtests.check.Promise.FAILED_NEVER_APPEARS;
import static dev.skein.systemtests.check.Promise.MONOTONIC_READS;
import static dev.skein.systemtests.check.Promise.ONLY_COMMITTED;
import static dev.skein.systemtests.check.Promise.QUIET_IN_THE_END;
import static dev.skein.systemtests.check.Promise.REPLICAS_EQUAL;
import static dev.skein.systemtests.check.Promise.RESUME_EXACT;

import dev.skein.core.Checks;
import dev.skein.replication.Mutation;
import dev.skein.systemtests.check.Promise;
import dev.skein.systemtests.launch.NamedMutation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A deliberate defect, where it shows, and who has to see it.
 *
 * @param letter in the fault programme
 * @param word as users write it
 * @param inServers what is switched on there; empty: a client is wrong
 * @param scenarios in which it shows, comma separated; they take turns
 * @param rounds of them
 * @param checker that has to report it, among others perhaps
 */
record Mutant(String letter, String word, Optional<Mutation> inServers, String scenarios, int rounds, Promise checker) {

    private static final List<Mutant> ALL = List.of(
            inServers("M-a", Mutation.LOG_NOT_SYNCED, "kill-all", 1, ACKED_NOT_LOST),
            inServers("M-b", Mutation.VOTE_NOT_SYNCED, "kill-all", 1, QUIET_IN_THE_END),
            inServers("M-c", Mutation.ACK_BEFORE_COMMIT, "cut-region", 1, ACKED_NOT_LOST),
            inServers("M-d", Mutation.SNAPSHOT_WITHOUT_DEDUP, "late-retries", 1, AT_MOST_ONCE),
            inServers("M-e", Mutation.DEDUP_BY_CONNECTION, "ack-loss", 1, AT_MOST_ONCE),
            inServers("M-f", Mutation.SERIAL_AT_PROPOSE, "slow-link", 1, ACKED_NOT_LOST),
            inServers("M-g", Mutation.LEASE_READS, "cut-region", 1, MONOTONIC_READS),
            inServers("M-h", Mutation.RESUME_OFF_BY_ONE, "reconnect-storm", 1, RESUME_EXACT),
            inServers("M-i", Mutation.DELIVERY_BEFORE_COMMIT, "cut-region", 1, ONLY_COMMITTED),
            inServers("M-j", Mutation.DAMAGE_CUT_OFF, "cut-log", 1, DAMAGE_REFUSED),
            inServers("M-k", Mutation.THROWING_COMPLETION, "drain-node", 1, QUIET_IN_THE_END),
            inServers("M-l", Mutation.SNAPSHOT_LACKS_A_RUN, "snapshots,wiped", 2, REPLICAS_EQUAL),
            inServers("M-m", Mutation.UNCONFIRMED_READS, "slow-link", 1, MONOTONIC_READS),
            inServers("M-n", Mutation.CONDITION_AT_PROPOSE, "slow-link", 1, CONDITION_HOLDS),
            new Mutant("M-o", "timeout-as-failure", Optional.empty(), "cut-region", 1, FAILED_NEVER_APPEARS),
            inServers("M-p", Mutation.SYNC_RETRIED, "kill-leader", 1, QUIET_IN_THE_END),
            inServers("M-q", Mutation.SAME_INCARNATION, "amnesia", 1, ACKED_NOT_LOST),
            inServers("M-r", Mutation.OWNER_UNCHECKED, "swapped", 1, DAMAGE_REFUSED));

    private static Mutant inServers(String letter, Mutation mutation, String scenarios, int rounds, Promise checker) {
        return new Mutant(letter, mutation.word(), Optional.of(mutation), scenarios, rounds, checker);
    }

    static List<Mutant> all() {
        return ALL;
    }

    static Mutant named(String word) {
        return ALL.stream()
                .filter(mutant -> mutant.word.equals(word) || mutant.letter.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Checks.text(
                        "mutation",
                        word,
                        "one of " + ALL.stream().map(Mutant::word).collect(Collectors.joining(", ")))));
    }

    /** Whether the servers are as they should be. */
    boolean isOfClients() {
        return inServers.isEmpty();
    }

    /** JVM flags of the servers; files they need are written into the run's directory. */
    List<String> serverFlags(Path directory) throws IOException {
        return inServers.isPresent() ? NamedMutation.serverFlags(inServers.get(), directory) : List.of();
    }
}
