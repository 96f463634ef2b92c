package dev.skein.replication;

import java.util.Set;

/**
 * Deliberate defects that the checkers must find. All are off unless the system property {@value #PROPERTY} names them, comma
 * separated; only tests set it.
 */
public final class Mutations {

    /** Names the defects to switch on. */
    public static final String PROPERTY = "skein.mutation";

    private Mutations() {}

    /** {@code snapshot-without-dedup}: snapshots leave out what makes a retry find its original. */
    public static boolean snapshotWithoutDedup() {
        return isOn("snapshot-without-dedup");
    }

    /** {@code ack-before-commit}: a leader answers a publish before a quorum has it. */
    public static boolean ackBeforeCommit() {
        return isOn("ack-before-commit");
    }

    /** {@code resume-off-by-one}: a resumed subscription starts one serial too late. */
    public static boolean resumeOffByOne() {
        return isOn("resume-off-by-one");
    }

    /** {@code drift@NODE}: that node's replicas make another state of the same entries. */
    public static boolean drift(String node) {
        return isOn("drift@" + node);
    }

    private static boolean isOn(String name) {
        String names = System.getProperty(PROPERTY);
        return names != null && Set.of(names.split(",")).contains(name);
    }
}
