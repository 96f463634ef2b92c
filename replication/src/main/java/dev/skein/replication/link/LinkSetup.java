package dev.skein.replication.link;

import dev.skein.core.TimeSource;
import dev.skein.replication.disk.DiskFitness;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every part of one node's links shares.
 *
 * @param unheard nodes of which this one has heard nothing for about a second
 */
record LinkSetup(
        LinkConfig config,
        LinkEnvironment environment,
        LinkThreads threads,
        LinkMetrics metrics,
        Supplier<List<String>> unheard) {

    DiskFitness disk() {
        return environment.disk();
    }

    TimeSource time() {
        return environment.time();
    }
}
