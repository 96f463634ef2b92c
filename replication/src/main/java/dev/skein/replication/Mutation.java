package dev.skein.replication;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deliberate defects, which the checkers must find. Each is a branch where {@link #isOn} is asked.
 *
 * <p>None can be switched on in a release: that takes a {@link Switch} registered on the class path, and only the system tests have one,
 * for servers that are to be broken. Without it the answer is a constant, so that the compiler removes the branch.
 */
public enum Mutation {
    /** Syncs of the node log do nothing, and a crash loses what was written since the last mark of what is durable. */
    LOG_NOT_SYNCED,
    /** Term and vote stay in memory. */
    VOTE_NOT_SYNCED,
    /** A leader answers a publish before a quorum has it. */
    ACK_BEFORE_COMMIT,
    /** Snapshots leave out what makes a retry find its original. */
    SNAPSHOT_WITHOUT_DEDUP,
    /** A publish that is sent again over another connection is a new one. */
    DEDUP_BY_CONNECTION,
    /** A leader promises the serial that is next when it proposes. */
    SERIAL_AT_PROPOSE,
    /** Who has led believes that it still does until it hears of another leader, and answers reads. */
    LEASE_READS,
    /** A resumed subscription starts one serial too late. */
    RESUME_OFF_BY_ONE,
    /** A leader delivers when it proposes. */
    DELIVERY_BEFORE_COMMIT,
    /** From the first damaged record on, the log is cut off, and the node takes part. */
    DAMAGE_CUT_OFF,
    /** Telling an outcome throws once, on the apply thread. */
    THROWING_COMPLETION,
    /** A snapshot lacks one run of messages. */
    SNAPSHOT_LACKS_A_RUN,
    /** Any replica answers any read from its own state. */
    UNCONFIRMED_READS,
    /** A leader looks at a publish's condition when it proposes, and nobody does when it is applied. */
    CONDITION_AT_PROPOSE,
    /** A sync that failed, and lost what it should have made durable, is tried again and believed. */
    SYNC_RETRIED,
    /** A node whose disk was emptied goes on under its old identity, and votes. */
    SAME_INCARNATION,
    /** A node takes any directory, whosever it is. */
    OWNER_UNCHECKED;

    private static final Logger LOG = LoggerFactory.getLogger(Mutation.class);
    private static final @Nullable Mutation ON = switchedOn();
    private static final AtomicInteger ASKED = new AtomicInteger();

    /** Says which one to switch on; see {@link ServiceLoader}. */
    public interface Switch {

        /** The {@link #word} of one. */
        String mutation();
    }

    /** Whether the code is to be wrong here. */
    public boolean isOn() {
        return this == ON;
    }

    /** The same, but only once: when this was asked for the n-th time. */
    public boolean isOnTheTime(int nth) {
        return this == ON && ASKED.incrementAndGet() == nth;
    }

    /** As users write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one with this {@link #word}. */
    public static Mutation named(String word) {
        return Arrays.stream(values())
                .filter(mutation -> mutation.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mutation: " + word + " (expected: one of "
                        + Arrays.stream(values()).map(Mutation::word).collect(Collectors.joining(", ")) + ")"));
    }

    private static @Nullable Mutation switchedOn() {
        Iterator<Switch> found = ServiceLoader.load(Switch.class, Mutation.class.getClassLoader())
                .iterator();
        if (!found.hasNext()) {
            return null;
        }
        Mutation on = named(found.next().mutation());
        LOG.warn("this process runs with the deliberate defect {}", on.word());
        return on;
    }
}
