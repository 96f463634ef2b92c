package dev.skein.benchmarks.system;

import java.io.IOException;
import java.util.List;

/** A started system with a node in each of several regions, and an emulated network between them. */
public interface RunningRegions extends RunningTarget {

    /** The home region first. */
    List<String> regions();

    /**
     * A client beside the region's node, without any distance to it.
     *
     * @param inFlightMax messages it may have unacknowledged
     */
    TargetClient connectIn(String region, int inFlightMax) throws IOException;

    /** The process of the region's node. */
    ServerProcess serverIn(String region);

    /**
     * Clients with a WebSocket each to the region's node, which go on at the others when they lose it.
     *
     * @param channels one for each
     */
    EdgeFleet connectFleet(String region, List<String> channels) throws IOException;

    /** Round trip between two regions. */
    long rttNanos(String from, String to);

    /** Waits until every shard is led in the home region. */
    void awaitHome() throws IOException;
}
