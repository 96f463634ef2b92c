package dev.skein.replication.host;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.GetStatesRequest;
import dev.skein.proto.replication.v1.GetStatesResponse;
import dev.skein.proto.replication.v1.StateCheckGrpc;
import dev.skein.proto.replication.v1.StatePoint;
import dev.skein.replication.group.HostedShard;
import dev.skein.replication.link.RaftLinks;
import dev.skein.replication.raft.GroupNames;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the other nodes for the states of their replicas, one node a second, and lets each replica here compare itself. A node whose answer
 * could say nothing new, because nothing was applied here since the last one, is asked only now and then. On the host thread.
 */
final class StateComparer {

    private static final Logger LOG = LoggerFactory.getLogger(StateComparer.class);

    private static final long TICK_MILLIS = 1_000;
    private static final long ANSWER_MILLIS_MAX = 2_000;

    /** Two idle replicas may have been asked at different moments the last time. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final RaftLinks links;
    private final ScheduledExecutorService host;
    private final Supplier<Collection<HostedShard>> shards;
    private final Supplier<List<NodeId>> nodes;
    private final TimeSource time;
    private final Meter compared;
    private final Map<NodeId, Asked> asked = new HashMap<>();
    private int turn;

    /** When a node was last asked, and how far this node was then. */
    private record Asked(long nanos, long appliedSum) {}

    /**
     * A comparer.
     *
     * @param nodes the other nodes
     */
    StateComparer(
            RaftLinks links,
            ScheduledExecutorService host,
            Supplier<Collection<HostedShard>> shards,
            Supplier<List<NodeId>> nodes,
            TimeSource time,
            MetricRegistry metrics) {
        this.links = links;
        this.host = host;
        this.shards = shards;
        this.nodes = nodes;
        this.time = time;
        this.compared = metrics.meter("state.digests-compared");
    }

    void start() {
        host.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            List<NodeId> others = nodes.get();
            asked.keySet().retainAll(others);
            for (int i = 0; i < others.size(); i++) {
                NodeId node = others.get(Math.floorMod(turn++, others.size()));
                if (isDue(node) && ask(node)) {
                    return;
                }
            }
        } catch (RuntimeException failed) {
            LOG.error("states not compared", failed);
        }
    }

    private boolean isDue(NodeId node) {
        Asked last = asked.get(node);
        return last == null || last.appliedSum() != appliedSum() || time.nanoTime() - last.nanos() > IDLE_NANOS;
    }

    private long appliedSum() {
        return shards.get().stream().mapToLong(HostedShard::appliedIndex).sum();
    }

    private boolean ask(NodeId node) {
        Optional<Channel> channel = links.channel(node);
        if (channel.isEmpty()) {
            return false;
        }
        asked.put(node, new Asked(time.nanoTime(), appliedSum()));
        GetStatesRequest.Builder request = GetStatesRequest.newBuilder();
        shards.get().forEach(shard -> request.addGroups(GroupNames.of(shard.shard())));
        StateCheckGrpc.newStub(channel.get())
                .withDeadlineAfter(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .getStates(request.build(), new Answer(node));
        return true;
    }

    private void heard(NodeId node, GetStatesResponse answer) {
        if (answer.getDigestVersion() != StateCheckService.DIGEST_VERSION) {
            return;
        }
        Map<String, HostedShard> here = shards.get().stream()
                .collect(Collectors.toMap(shard -> GroupNames.of(shard.shard()), Function.identity()));
        answer.getGroupsList().forEach(states -> {
            HostedShard shard = here.get(states.getGroup());
            if (shard != null) {
                compared.mark(shard.compare(node, points(states.getPointsList())));
            }
        });
    }

    private static Map<Long, Long> points(List<StatePoint> points) {
        Map<Long, Long> all = new HashMap<>();
        points.forEach(point -> all.put(point.getIndex(), point.getDigest()));
        return all;
    }

    /** Takes one node's answer. */
    private final class Answer implements StreamObserver<GetStatesResponse> {

        private final NodeId node;
        private final List<GetStatesResponse> said = new ArrayList<>();

        Answer(NodeId node) {
            this.node = node;
        }

        @Override
        public void onNext(GetStatesResponse answer) {
            said.add(answer);
        }

        @Override
        public void onError(Throwable cause) {
            LOG.debug("states of {} not heard: {}", node, cause.toString());
        }

        @Override
        public void onCompleted() {
            try {
                host.execute(() -> said.forEach(answer -> heard(node, answer)));
            } catch (RejectedExecutionException closing) {
                LOG.debug("states of {} come while the node stops", node);
            }
        }
    }
}
