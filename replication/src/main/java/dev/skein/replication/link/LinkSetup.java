package dev.skein.replication.link;

import dev.skein.core.TimeSource;
import dev.skein.replication.disk.DiskFitness;

/** What every part of one node's links shares. */
record LinkSetup(LinkConfig config, LinkEnvironment environment, LinkThreads threads, LinkMetrics metrics) {

    DiskFitness disk() {
        return environment.disk();
    }

    TimeSource time() {
        return environment.time();
    }
}
