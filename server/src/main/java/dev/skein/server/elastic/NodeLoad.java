package dev.skein.server.elastic;

/**
 * A node, as far as sending sessions to or from it goes.
 *
 * @param node its name
 * @param region where it is
 * @param endpoint host:port for clients
 * @param alive whether gossip hears it
 * @param leaving on its way out, or quarantined: takes no sessions
 * @param overloaded has too much to do
 * @param shedding sends sessions away, or is about to
 * @param loadPercent 0 to 100
 * @param sessions open sessions, without those that have been told to go
 * @param sessionsMax sessions it may have; at least 1
 * @param takesPerSecond sessions it takes over in a second; at least 1
 */
public record NodeLoad(
        String node,
        String region,
        String endpoint,
        boolean alive,
        boolean leaving,
        boolean overloaded,
        boolean shedding,
        int loadPercent,
        int sessions,
        int sessionsMax,
        int takesPerSecond) {

    /** Whether it takes over what others send away. */
    public boolean takes() {
        return alive && !leaving && !overloaded && sessions < sessionsMax * ShedRules.FULL;
    }
}
