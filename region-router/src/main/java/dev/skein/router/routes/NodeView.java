package dev.skein.router.routes;

import dev.skein.router.detect.Verdict;

/**
 * A node that clients could attach to.
 *
 * @param endpoint host:port for clients
 * @param draining on its way out, or quarantined: either way no place for a session
 */
record NodeView(
        String node,
        String zone,
        String endpoint,
        int loadPercent,
        boolean overloaded,
        boolean draining,
        Verdict verdict) {

    /** Whether new sessions are welcome. */
    boolean usable() {
        return standing() == Standing.USABLE;
    }

    /** How a client should think of it. */
    Standing standing() {
        return switch (verdict) {
            case DEAD, LEFT -> Standing.GONE;
            case SUSPECT -> Standing.SUSPECT;
            case ALIVE -> draining ? Standing.DRAINING : overloaded ? Standing.OVERLOADED : Standing.USABLE;
        };
    }

    /** In the order in which clients should try. */
    enum Standing {
        USABLE,
        OVERLOADED,
        SUSPECT,
        DRAINING,
        GONE
    }
}
