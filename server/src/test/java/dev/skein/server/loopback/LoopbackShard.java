package dev.skein.server.loopback;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Retention;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One shard: its committed entries, its replicas, and the faults a test asks for. One thread stands for all apply threads. */
public final class LoopbackShard implements AutoCloseable {

    /** Epoch of every shard here. */
    public static final long EPOCH = 77;

    private static final long TERM = 1;

    private final ShardId id;
    private final ExecutorService apply;
    private final Map<NodeId, LoopbackReplica> replicas = new ConcurrentHashMap<>();
    private final List<ByteString> entries = new ArrayList<>();

    private volatile @Nullable NodeId leader;
    private volatile int answersToLose;
    private volatile int publishesToLose;
    private volatile boolean holding;
    private final List<Runnable> held = new ArrayList<>();
    private long timeMillis = 1_000_000;
    private long policyVersion;

    public LoopbackShard(ShardId id) {
        this.id = id;
        apply = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "apply-" + id);
            thread.setDaemon(true);
            return thread;
        });
        policy(Retention.getDefaultInstance());
    }

    public ShardId id() {
        return id;
    }

    /** Who leads from now on; null: nobody. */
    public void leader(@Nullable NodeId node) {
        leader = node;
    }

    public Optional<NodeId> leader() {
        return Optional.ofNullable(leader);
    }

    /** The next publishes take effect but their answers say OUTCOME_UNKNOWN. */
    public void loseAnswers(int count) {
        answersToLose = count;
    }

    /** The next publishes take no effect and their answers say OUTCOME_UNKNOWN. */
    public void losePublishes(int count) {
        publishesToLose = count;
    }

    /** Publishes wait, without effect or answer, until released. */
    public void hold() {
        holding = true;
    }

    /** Number of publishes held. */
    public int held() {
        synchronized (held) {
            return held.size();
        }
    }

    /** What is held takes effect now. */
    public void release() {
        holding = false;
        List<Runnable> waiting;
        synchronized (held) {
            waiting = List.copyOf(held);
            held.clear();
        }
        waiting.forEach(Runnable::run);
    }

    /** What is held never happened and never gets an answer, as when a leader is cut off. */
    public void forgetHeld() {
        holding = false;
        synchronized (held) {
            held.clear();
        }
    }

    /** Log time moves on. */
    public void passTime(long millis) {
        onApply(() -> timeMillis += millis);
    }

    public void policy(Retention retention) {
        onApply(() -> append(ShardEntry.newBuilder()
                .setPolicy(ShardPolicy.newBuilder()
                        .setVersion(++policyVersion)
                        .setEpoch(EPOCH)
                        .setRetention(retention)
                        .setDedupWindowMs(600_000))));
    }

    /** The replica of a node. */
    public LoopbackReplica replica(NodeId node) {
        return Optional.ofNullable(replicas.get(node)).orElseThrow();
    }

    /** Waits until everything given before has been applied. */
    public void settle() {
        try {
            apply.submit(() -> {}).get();
        } catch (Exception interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    Optional<LoopbackReplica> replicaOf(NodeId node) {
        return Optional.ofNullable(replicas.get(node));
    }

    /** Gives the shard one more replica. */
    public LoopbackReplica addReplica(NodeId node) {
        LoopbackReplica added = new LoopbackReplica(this, node);
        replicas.put(node, added);
        onApply(added::catchUp);
        return added;
    }

    void onApply(Runnable task) {
        apply.execute(task);
    }

    Optional<ByteString> entry(long index) {
        synchronized (entries) {
            return index >= 1 && index <= entries.size() ? Optional.of(entries.get((int) index - 1)) : Optional.empty();
        }
    }

    long lastIndex() {
        synchronized (entries) {
            return entries.size();
        }
    }

    void propose(LoopbackReplica at, SectionView section, Consumer<PublishOutcome> whenDone) {
        Runnable commit = () -> onApply(() -> commit(at, section, whenDone));
        if (holding) {
            synchronized (held) {
                held.add(commit);
            }
        } else {
            commit.run();
        }
    }

    private void commit(LoopbackReplica at, SectionView section, Consumer<PublishOutcome> whenDone) {
        if (publishesToLose > 0) {
            publishesToLose--;
            whenDone.accept(unknown());
            return;
        }
        timeMillis++;
        append(ShardEntry.newBuilder().addSections(decoded(section)));
        PublishOutcome outcome = at.lastOutcome();
        if (answersToLose > 0) {
            answersToLose--;
            whenDone.accept(unknown());
        } else {
            whenDone.accept(outcome);
        }
    }

    private void append(ShardEntry.Builder entry) {
        synchronized (entries) {
            entries.add(entry.setTimeMs(timeMillis).build().toByteString());
        }
        replicas.values().forEach(LoopbackReplica::catchUp);
    }

    private static PublishSection decoded(SectionView section) {
        try {
            return PublishSection.parseFrom(section.bytes());
        } catch (InvalidProtocolBufferException unchecked) {
            throw new IllegalStateException("a section that no replica could read was proposed", unchecked);
        }
    }

    static long term() {
        return TERM;
    }

    private static PublishOutcome unknown() {
        return new PublishOutcome.Refused(Errors.of(Reason.REASON_OUTCOME_UNKNOWN, "the test lost it"));
    }

    @Override
    public void close() {
        apply.shutdownNow();
    }
}
