package dev.skein.replication.link;

import dev.skein.core.TimeSource;

/** What every part of one node's links shares. */
record LinkSetup(LinkConfig config, LinkEnvironment environment, LinkThreads threads, LinkMetrics metrics) {

    TimeSource time() {
        return environment.time();
    }
}
