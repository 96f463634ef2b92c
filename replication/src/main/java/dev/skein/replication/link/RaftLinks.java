package dev.skein.replication.link;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.concurrent.FixedThreadsExecutorGroup;
import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.FetchEntriesRequest;
import dev.skein.proto.replication.v1.HandOver;
import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.replication.disk.DiskFitness;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of one node: one outgoing stream per peer for all Raft groups, and the streams of the peers to this node. Made once
 * per process and closed after its Raft nodes. Safe for any thread; nothing here waits.
 */
public final class RaftLinks implements AutoCloseable {

    static {
        JRaftProperties.set();
    }

    static final int VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(RaftLinks.class);
    private static final long TICK_MILLIS = 250;

    /** A tick later than this shows that the process itself stood still, which says nothing about its peers. */
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LinkSetup setup;
    private final LinkThreads threads;
    /** Whoever reaches this node is reached back: a follower sends nothing until it stands for election, and must not connect then. */
    private final InboundLinks inbound = new InboundLinks(this::connect);

    private final LinkService service;
    private final Map<NodeId, PeerLink> peers = new ConcurrentHashMap<>();
    private final Set<ReplicatorGroup> groups = ConcurrentHashMap.newKeySet();
    private volatile List<String> unheard = List.of();
    private long tickedNanos;

    public RaftLinks(LinkConfig config, LinkEnvironment environment) {
        threads = new LinkThreads(config.self().value());
        setup = new LinkSetup(config, environment, threads, new LinkMetrics(environment.metrics()), () -> unheard);
        service = new LinkService(setup, new RaftRequests(setup, new SenderGate(environment.time())), inbound);
        tickedNanos = environment.time().nanoTime();
    }

    /** The gRPC services to serve to other nodes; messages of up to {@code Limits.GRPC_MESSAGE_BYTES_MAX} come in. */
    public List<BindableService> services() {
        return List.of(service);
    }

    /** Lets Raft nodes of this process start. */
    public void start() {
        NodeManager.getInstance().addAddress(RaftPeers.endpoint(setup.config().self()));
        threads.timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends all links. The Raft nodes must have been shut down. */
    @Override
    public void close() {
        NodeManager.getInstance()
                .removeAddress(RaftPeers.endpoint(setup.config().self()));
        peers.values().forEach(PeerLink::close);
        inbound.close();
        threads.close();
    }

    /** This node's name in Raft. */
    public PeerId self() {
        return RaftPeers.peer(setup.config().self(), setup.config().storageIncarnation());
    }

    /**
     * Starts to connect to a peer in the background. Groups ask for their peers by themselves, but only when they have something to
     * send, and then lose that.
     */
    public void connect(NodeId peer) {
        link(peer).want();
    }

    /** Whether the stream to a peer is up. */
    public boolean isUp(NodeId peer) {
        PeerLink link = peers.get(peer);
        return link != null && link.isUp();
    }

    /** Whether a leadership could be handed to a peer: it is reached, and its disk is well. */
    public boolean mayLead(NodeId peer) {
        PeerLink link = peers.get(peer);
        return link != null && link.isUp() && !link.isReluctant() && hears(peer);
    }

    /** Whether a peer has given a sign of life lately. */
    public boolean hears(NodeId peer) {
        PeerLink link = peers.get(peer);
        return link != null && !link.hearing().isLost(setup.time().nanoTime());
    }

    /** Whether a peer says that it doesn't hear somebody whom this node hears. */
    public boolean misses(NodeId peer) {
        PeerLink link = peers.get(peer);
        List<String> unheard = link == null ? List.of() : link.hearing().unheard();
        return !unheard.isEmpty()
                && peers.keySet().stream().anyMatch(third -> unheard.contains(third.value()) && hears(third));
    }

    /** Whether a peer says, after whatever this node knows itself, that it hears a third node. */
    public boolean saysItHears(NodeId peer, NodeId third) {
        PeerLink to = peers.get(peer);
        PeerLink toThird = peers.get(third);
        return to != null
                && toThird != null
                && to.hearing()
                        .saysItHears(
                                third.value(), toThird.hearing(), setup.time().nanoTime());
    }

    /** What this node's disk lets it do. */
    public DiskFitness disk() {
        return setup.disk();
    }

    /**
     * Tells followers that everything up to an index is committed, so that they apply it now and not at the next heartbeat. Never
     * waits; what can't be sent is dropped.
     *
     * @param leader this node's name in the group
     * @param term the leader's term
     * @param index committed by the leader, with the term of that entry
     */
    public void pushCommit(
            String group, PeerId leader, long term, long index, long indexTerm, Collection<PeerId> followers) {
        boolean silent = !setup.disk().mayLead();
        for (PeerId follower : followers) {
            if (!silent && !follower.equals(leader)) {
                PeerLink link = link(RaftPeers.node(follower));
                link.push(new CommitPush(group, leader, follower, term, index, indexTerm));
            }
        }
    }

    /**
     * Asks a follower to stand for election as soon as it has everything up to an index on disk. Lost when the link is down.
     *
     * @param leader this node's name in the group; it proposes nothing more
     * @param term the leader's term
     */
    public void handOver(String group, PeerId leader, PeerId heir, long term, long index) {
        HandOver wish = HandOver.newBuilder()
                .setLeader(leader.toString())
                .setHeir(heir.toString())
                .setTerm(term)
                .setIndex(index)
                .build();
        link(RaftPeers.node(heir)).tell(new RaftMessage(LinkFrame.Kind.HAND_OVER, group, wish.toByteString()).frame(0));
    }

    /**
     * Fetches a group's retained entries of a range from a peer, at the sink's pace.
     *
     * @param firstIndex inclusive
     * @param lastIndex inclusive
     */
    public EntryFetch fetchEntries(NodeId peer, String group, long firstIndex, long lastIndex, EntrySink sink) {
        return fetch(
                peer,
                FetchEntriesRequest.newBuilder()
                        .setGroup(group)
                        .setFirstIndex(firstIndex)
                        .setLastIndex(lastIndex)
                        .build(),
                sink);
    }

    /** Fetches one committed entry as the peer has it, also if it is one of Raft's own. */
    public EntryFetch fetchVerbatim(NodeId peer, String group, long index, EntrySink sink) {
        return fetch(
                peer,
                FetchEntriesRequest.newBuilder()
                        .setGroup(group)
                        .setFirstIndex(index)
                        .setLastIndex(index)
                        .setVerbatim(true)
                        .build(),
                sink);
    }

    /** The connection of the link to a peer, while it is up. Others may call on it, and must not shut it down. */
    public Optional<Channel> channel(NodeId peer) {
        PeerLink link = peers.get(peer);
        return link == null ? Optional.empty() : link.stream().map(OutgoingStream::channel);
    }

    private EntryFetch fetch(NodeId peer, FetchEntriesRequest request, EntrySink sink) {
        // A lane of its own: a sink that stands still holds up nobody else.
        EntryFetch fetch = new EntryFetch(sink, new SerialLanes(1, threads.disk));
        PeerLink link = link(peer);
        Optional<OutgoingStream> stream = link.stream();
        if (stream.isEmpty()) {
            link.want();
            fetch.fail(Status.UNAVAILABLE
                    .withDescription("link to " + peer + " is down")
                    .asRuntimeException());
            return fetch;
        }
        fetch.start(stream.get(), request);
        return fetch;
    }

    PeerLink link(NodeId peer) {
        PeerLink link = peers.get(peer);
        return link != null ? link : peers.computeIfAbsent(peer, id -> new PeerLink(id, setup, this::up));
    }

    FixedThreadsExecutorGroup responseExecutors() {
        return threads.responses;
    }

    void remember(ReplicatorGroup group) {
        groups.add(group);
    }

    void forget(ReplicatorGroup group) {
        groups.remove(group);
    }

    int inboundLinks() {
        return inbound.size();
    }

    /** Lets leaders here start the replicators that the peer's absence prevented; takes each group's lock. */
    private void up(NodeId node, int storageIncarnation) {
        PeerId peer = RaftPeers.peer(node, storageIncarnation);
        groups.forEach(group -> threads.controlLanes.execute(group.hashCode(), () -> check(group, peer)));
    }

    private static void check(ReplicatorGroup group, PeerId peer) {
        try {
            group.checkReplicator(peer, true);
        } catch (RuntimeException e) {
            log.error("cannot start the replicator to {}", peer, e);
        }
    }

    private void tick() {
        long now = setup.time().nanoTime();
        boolean stalled = now - tickedNanos > STALL_NANOS;
        tickedNanos = now;
        try {
            peers.values().forEach(link -> link.tick(now, stalled));
            unheard = peers.entrySet().stream()
                    .filter(peer -> peer.getValue().isUnheard(now))
                    .map(peer -> peer.getKey().value())
                    .toList();
        } catch (RuntimeException e) {
            log.error("tick of the links failed", e);
        }
    }
}
