package dev.skein.systemtests.check;

import java.util.List;

/** Nothing is left over when all faults are healed and all clients but a known number are gone. */
public final class Quiet {

    private Quiet() {}

    /**
     * A node in the end.
     *
     * @param node its name
     * @param sessions that it says are open
     * @param threads of its process
     * @param files that its process has open
     * @param refused why it takes no part; empty: it takes part
     */
    public record NodeInTheEnd(String node, int sessions, int threads, int files, String refused) {}

    /**
     * What may be left.
     *
     * @param sessions of all nodes together
     * @param threads of a node
     * @param files open in a node
     */
    public record Bounds(int sessions, int threads, int files) {}

    /**
     * A verdict on the end of a run.
     *
     * @param groups how many shards were looked at
     * @param disquiet why some shard is not led, or a replica behind or fenced
     */
    public static Verdict check(int groups, List<String> disquiet, List<NodeInTheEnd> nodes, Bounds bounds) {
        Finding finding = new Finding(Promise.QUIET_IN_THE_END, "shards and nodes");
        for (int i = 0; i < groups; i++) {
            finding.looked();
        }
        disquiet.forEach(what -> finding.broken("%s", what));
        int sessions = 0;
        for (NodeInTheEnd node : nodes) {
            finding.looked();
            sessions += node.sessions();
            if (!node.refused().isEmpty()) {
                finding.broken("%s takes no part: %s", node.node(), node.refused());
            }
            atMost("threads", node.node(), node.threads(), bounds.threads(), finding);
            atMost("open files", node.node(), node.files(), bounds.files(), finding);
        }
        atMost("sessions", "all nodes", sessions, bounds.sessions(), finding);
        return finding.verdict();
    }

    private static void atMost(String what, String where, int found, int most, Finding finding) {
        if (found > most) {
            finding.broken("%s of %s: %d (expected: at most %d)", what, where, found, most);
        }
    }
}
