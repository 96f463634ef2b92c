package dev.skein.systemtests.traffic;

import dev.skein.client.HistoryPage;
import dev.skein.client.HistoryQuery;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.ReplicaRow;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NamespacePlan;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Reads what stays: every channel's history from each region, and every replica's own store from its node. What can't be read is a problem
 * of its own; a run with one has not been proved.
 */
public final class Harvest {

    private static final int CHANNELS_AT_ONCE = 24;
    private static final int ATTEMPTS = 3;
    private static final Executor NODE_AT_A_THREAD = work -> new Thread(work, "harvest").start();

    private final LocalCluster cluster;
    private final Fleet fleet;
    private final SkeinClient operator;
    private final History history;
    private final Homes homes;
    private final Progress progress;
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();

    public Harvest(
            LocalCluster cluster, Fleet fleet, SkeinClient operator, History history, Homes homes, Progress progress) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.operator = operator;
        this.history = history;
        this.homes = homes;
        this.progress = progress;
    }

    /** Answers what could not be read. */
    public List<String> gather(List<String> regions, List<String> channels) throws IOException {
        Leaders leaders = new Leaders(cluster.status(true));
        List<String> led =
                channels.stream().filter(channel -> isLed(leaders, channel)).toList();
        if (led.size() < channels.size()) {
            problems.add((channels.size() - led.size()) + " channels can't be read: their shards have no leader");
        }
        for (String region : regions) {
            try (SkeinClient reader = fleet.reader(region)) {
                histories(reader, region, led);
            }
        }
        replicas(leaders, channels);
        return List.copyOf(problems);
    }

    private boolean isLed(Leaders leaders, String channel) {
        return !leaders.regionOf(homes.of(channel).name(), homes.shardOf(channel))
                .isEmpty();
    }

    // ------------------------------------------------------------------ histories

    private void histories(SkeinClient reader, String region, List<String> channels) {
        int source = history.addSource(new Source(Source.Kind.HISTORY, region));
        Queue<String> left = new ConcurrentLinkedQueue<>(channels);
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < CHANNELS_AT_ONCE; lane++) {
            lanes.add(nextChannel(reader, source, left));
        }
        CompletableFuture.allOf(lanes.toArray(CompletableFuture<?>[]::new)).join();
        progress.say("  " + channels.size() + " channel histories read in " + region);
    }

    private CompletableFuture<Void> nextChannel(SkeinClient reader, int source, Queue<String> left) {
        String channel = left.poll();
        if (channel == null) {
            return CompletableFuture.completedFuture(null);
        }
        HistoryQuery first = HistoryQuery.oldestFirst(channel).withLimit(HistoryQuery.LIMIT_MAX);
        return pages(reader, source, first, ATTEMPTS)
                .thenRun(() -> history.cover(source, history.channel(channel)))
                .exceptionally(failure -> {
                    problems.add("the history of " + channel + " can't be read: " + failure.getMessage());
                    return null;
                })
                .thenComposeAsync(done -> nextChannel(reader, source, left));
    }

    private CompletableFuture<Void> pages(SkeinClient reader, int source, HistoryQuery query, int attempts) {
        return reader.history(query)
                .handle((page, failure) -> {
                    if (failure == null) {
                        return nextPage(reader, source, page);
                    }
                    return attempts > 1
                            ? pages(reader, source, query, attempts - 1)
                            : CompletableFuture.<Void>failedFuture(failure);
                })
                .thenCompose(next -> next);
    }

    private CompletableFuture<Void> nextPage(SkeinClient reader, int source, HistoryPage page) {
        int channel = history.channel(page.query().channel());
        page.messages()
                .forEach(message -> history.sighted(Sightings.of(source, channel, message, homes, System.nanoTime())));
        page.gaps()
                .forEach(gap -> problems.add("the history of " + gap.channel() + " has a gap: " + gap.firstSerial()
                        + " to " + gap.lastSerial()));
        Optional<HistoryQuery> next = page.next();
        return next.isEmpty() ? CompletableFuture.completedFuture(null) : pages(reader, source, next.get(), ATTEMPTS);
    }

    // ------------------------------------------------------------------ replicas

    private void replicas(Leaders leaders, List<String> channels) throws IOException {
        List<CompletableFuture<Void>> nodes = new ArrayList<>();
        for (NodeRecord node : cluster.state().nodes()) {
            // Each node has its own threads for it; one after the other would take as many times as long.
            nodes.add(CompletableFuture.runAsync(() -> replicas(node, leaders, channels), NODE_AT_A_THREAD));
        }
        CompletableFuture.allOf(nodes.toArray(CompletableFuture<?>[]::new)).join();
    }

    private void replicas(NodeRecord node, Leaders leaders, List<String> channels) {
        if (!node.isAlive()) {
            problems.add("the replicas on " + node.id() + " can't be read: its process isn't running");
            return;
        }
        int source = history.addSource(new Source(Source.Kind.REPLICA, node.id()));
        int shards = 0;
        for (NamespacePlan namespace : homes.namespaces()) {
            for (int shard = 0; shard < namespace.shards(); shard++) {
                Optional<String> fenced = leaders.fenced(namespace.name(), shard, node.id());
                if (fenced.isPresent()) {
                    problems.add("the replica of " + namespace.name() + "/" + shard + " on " + node.id()
                            + " is fenced: " + fenced.get());
                } else if (leaders.holders(namespace.name(), shard).contains(node.id())) {
                    shards += replica(node, source, namespace.name(), shard, channels);
                }
            }
        }
        progress.say("  " + shards + " replicas read on " + node.id());
    }

    private int replica(NodeRecord node, int source, String namespace, int shard, List<String> channels) {
        Queue<ReplicaRow> rows = new ArrayDeque<>();
        for (int attempt = 1; ; attempt++) {
            try {
                rows.clear();
                operator.adminAt(node.client())
                        .dumpReplica(namespace, shard, rows::add)
                        .join();
                break;
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS) {
                    problems.add("the replica of " + namespace + "/" + shard + " on " + node.id() + " can't be read: "
                            + e.getMessage());
                    return 0;
                }
            }
        }
        rows.forEach(row -> note(source, row));
        channels.stream()
                .filter(channel -> homes.of(channel).name().equals(namespace) && homes.shardOf(channel) == shard)
                .forEach(channel -> history.cover(source, history.channel(channel)));
        return 1;
    }

    private void note(int source, ReplicaRow row) {
        if (row.serial() == 0) {
            return;
        }
        history.sighted(new Sighting(
                source,
                history.channel(row.channel()),
                row.epoch(),
                row.serial(),
                -1,
                row.payloadCrc(),
                Identity.producer(row.producer(), row.sequence(), homes.shardKey(row.channel())),
                row.time().toEpochMilli(),
                System.nanoTime()));
    }
}
