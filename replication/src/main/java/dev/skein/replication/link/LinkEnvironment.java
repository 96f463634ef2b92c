package dev.skein.replication.link;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.replication.disk.DiskFitness;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the links need from the process.
 *
 * @param directory where a node listens for other nodes, {@code host:port}; empty while unknown. Must not block.
 * @param channels makes a new channel to an address. The link owns it and shuts it down. Must not connect by itself or block.
 * @param eventLoop the event loop that runs the caller, when one does, else any; streams are written on it
 * @param entries serves entries to replicas that fill in what a snapshot left out
 * @param random jitter of reconnecting
 * @param disk what this node's disk lets it do
 */
public record LinkEnvironment(
        Function<NodeId, Optional<String>> directory,
        Function<String, ManagedChannel> channels,
        Supplier<Executor> eventLoop,
        EntrySource entries,
        MetricRegistry metrics,
        TimeSource time,
        Random random,
        DiskFitness disk) {}
