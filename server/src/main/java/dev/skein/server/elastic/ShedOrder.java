package dev.skein.server.elastic;

import java.util.List;

/**
 * What to do in one turn.
 *
 * @param cause why
 * @param targets the node each session is sent to, one for each session that goes in this turn; empty: none goes
 */
public record ShedOrder(Cause cause, List<NodeLoad> targets) {

    static final ShedOrder NONE = new ShedOrder(Cause.NONE, List.of());

    public ShedOrder {
        targets = List.copyOf(targets);
    }

    /** Why sessions go. */
    public enum Cause {
        /** They needn't. */
        NONE,
        /** The node takes no part any more. */
        DRAIN,
        /** It has too much to do. */
        OVERLOAD,
        /** It has more than its share of the region's sessions. */
        SURPLUS
    }

    /** Whether others should know that this node sends sessions away or is about to. */
    public boolean isShedding() {
        return cause != Cause.NONE;
    }

    /** Whether only sessions go that have been here for a while. */
    public boolean sparesNewcomers() {
        return cause != Cause.DRAIN;
    }
}
