package dev.skein.replication.shard;

import com.codahale.metrics.Timer;
import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.Mutation;
import dev.skein.replication.ShardReplica.Following;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.replication.store.ShardStore;
import dev.skein.wire.SectionView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica's deterministic state machine: committed entries in, outcomes and new messages out.
 *
 * <p>Threads: {@link #begin}, the batch, {@link #prepareSnapshot}, {@link #loadSnapshot} and {@link #wipe} belong to the shard's
 * apply thread. Everything else may be called from anywhere; it reads what the last finished batch left, never a batch in
 * progress.
 *
 * <p>Never reads a clock to decide anything: time is log time, the largest time of all entries so far. Only reads use the wall
 * clock, to tell which messages outlived their time to live.
 */
public final class ShardMachine implements AutoCloseable {

    private final ShardStore store;
    private final ShardMetrics metrics;
    private final Followers followers = new Followers();
    private final ChannelReader reader;
    private final SnapshotFile snapshots;
    private final LoadGuard guard = new LoadGuard();
    private final StatePoints points = new StatePoints();
    private final PresenceWatches watches = new PresenceWatches();
    private final PresenceReader presence;

    private ShardState state;
    private volatile AppliedPoint applied = AppliedPoint.START;
    private volatile ShardPolicy policy = ShardPolicy.getDefaultInstance();
    private volatile Map<ByteString, PresenceHolder> holders = Map.of();
    private volatile @Nullable Throwable broken;

    /**
     * Goes on from what the store holds; empty when it holds no whole state.
     *
     * @param entries the Raft log, which holds the messages
     * @param time for time to live at reads
     */
    public ShardMachine(ShardId shard, ShardStore store, EntrySource entries, TimeSource time, ShardMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
        this.reader = new ChannelReader(store, entries, time, guard);
        this.presence = new PresenceReader(store, guard);
        this.snapshots = new SnapshotFile(shard, SnapshotSections.all());
        if (store.get(Keys.meta()) == null) {
            // A load that was cut off leaves rows without progress: they mean nothing.
            store.clear();
        }
        this.state = new ShardState(store);
        show();
    }

    /** The last applied index and what belongs to it, as one consistent picture. */
    public AppliedPoint applied() {
        return applied;
    }

    public long appliedIndex() {
        return applied.index();
    }

    public long appliedTerm() {
        return applied.term();
    }

    /** Rolling digest of every effect so far; equal on all replicas at an equal applied index. */
    public long digest() {
        return applied.digest();
    }

    /** Digests at indexes where other replicas have one too, the last applied index included. */
    public Map<Long, Long> statePoints() {
        Map<Long, Long> all = points.all();
        AppliedPoint present = applied;
        all.put(present.index(), present.digest());
        return all;
    }

    StatePoints points() {
        return points;
    }

    /**
     * Reads a snapshot's file again.
     *
     * @throws IOException when it is damaged or isn't there
     */
    public void verifySnapshot(Path directory) throws IOException {
        snapshots.verify(directory);
    }

    public long logTimeMillis() {
        return applied.logTimeMillis();
    }

    /** The policy in force; empty before the first. */
    public ShardPolicy policy() {
        return policy;
    }

    public long policyVersion() {
        return policy.getVersion();
    }

    /** The shard's epoch, 0 before the first policy. */
    public long epoch() {
        return policy.getEpoch();
    }

    /**
     * Starts a batch. The batch before it must be finished.
     *
     * @throws StateBrokenException when the machine broke before
     */
    public ApplyBatch begin() {
        Throwable cause = broken;
        if (cause != null) {
            throw new StateBrokenException("shard state is broken", cause);
        }
        return new ApplyBatch(this, state);
    }

    /**
     * The state as it is now, to be written later from any thread while apply goes on.
     *
     * @return write and close it
     */
    public SnapshotTask prepareSnapshot() {
        return new SnapshotTask(snapshots, store.view(), applied, oldestRetainedIndex());
    }

    /**
     * Replaces the state by a snapshot, unless the state is already as far or farther. Everything is verified before anything is
     * replaced. Followers are told that they lost the tail.
     *
     * @return whether the state was replaced
     * @throws SnapshotDamagedException when the snapshot is damaged or isn't this shard's; the state is as before
     */
    public boolean loadSnapshot(Path directory) throws IOException {
        AppliedPoint found = snapshots.verify(directory);
        if (found.index() <= applied.index()) {
            return false;
        }
        guard.begin();
        try {
            store.clear();
            snapshots.load(directory, store);
        } catch (RuntimeException | IOException e) {
            broke(new StateBrokenException("snapshot load was cut off", e));
            throw e;
        }
        restart();
        return true;
    }

    /** Forgets everything: Raft will start from the beginning, or with a snapshot. */
    public void wipe() {
        guard.begin();
        store.clear();
        restart();
    }

    /** See {@link dev.skein.replication.ShardReplica#extent}. */
    public ChannelExtent extent(String channel) {
        return reader.extent(channel);
    }

    /**
     * See {@link dev.skein.replication.ShardReplica#read}. Looks at a bounded number of messages, so a page over many expired ones
     * may be short and still have a next serial.
     *
     * @throws EntryMissingException when a retained message can't be read
     */
    public ChannelPage read(ChannelQuery query) {
        return reader.read(query);
    }

    /** See {@link dev.skein.replication.ShardReplica#dump}. Expired messages are there until retention takes them. */
    public void dump(Consumer<DumpedMessage> rows) {
        reader.dump(rows);
    }

    /** See {@link dev.skein.replication.ShardReplica#follow}. */
    public Following follow(String channel, TailListener listener) {
        synchronized (followers.lock()) {
            Follower follower = new Follower(channel, reader.extent(channel), listener, followers::remove);
            followers.add(follower);
            return follower;
        }
    }

    /** See {@link dev.skein.replication.presence.ShardPresence#members}. */
    public MemberPage members(String channel, String after, int max) {
        return presence.members(channel, after, max);
    }

    /** See {@link dev.skein.replication.presence.ShardPresence#counts}. */
    public MemberCounts memberCounts(String channel) {
        return presence.counts(channel);
    }

    /** See {@link dev.skein.replication.presence.ShardPresence#watch}. */
    public ShardPresence.Watch watchMembers(String channel, ShardPresence.Listener listener) {
        return watches.add(channel, listener);
    }

    /** What keeps members present, as of the last applied entry. */
    public Map<ByteString, PresenceHolder> holders() {
        return holders;
    }

    /** The first index that holds a retained message; the next index to come when none is retained. */
    public long oldestRetainedIndex() {
        List<Long> first = retainedIndexes(0, 1);
        return first.isEmpty() ? applied.index() + 1 : first.get(0);
    }

    /** Log time of the oldest retained message: what retention by age would take first. */
    public OptionalLong oldestRetainedMillis() {
        return reader.oldestRetainedMillis();
    }

    /**
     * Indexes of entries that may hold retained messages, ascending: what a replica needs besides a snapshot. The first one does;
     * between others there may be some of which nothing is left.
     *
     * @param from first index wanted
     * @param max at most so many
     */
    public List<Long> retainedIndexes(long from, int max) {
        return reader.retainedIndexes(from, max);
    }

    /** The deliberate defect {@link Mutation#DELIVERY_BEFORE_COMMIT}: delivers what may never be committed, with the serials that are next. */
    public void deliverEarly(SectionView section) {
        List<TailSlice> slices = new ArrayList<>();
        for (int part = 0; part < section.parts() && !section.ephemeral(); part++) {
            int first = section.first(part);
            long serial = extent(section.channel(part)).lastSerial() + 1;
            slices.add(new TailSlice(
                    section.channel(part),
                    section,
                    first,
                    section.first(part + 1) - first,
                    serial,
                    0,
                    logTimeMillis()));
        }
        followers.pick(slices).forEach(delivery -> delivery.run(epoch()));
    }

    /** Tells all followers that the tail is lost: the replica is fenced or closes. The store stays open. */
    public void loseFollowers() {
        followers.loseAll();
        watches.loseAll();
    }

    @Override
    public void close() {
        loseFollowers();
    }

    ShardMetrics metrics() {
        return metrics;
    }

    /** Writes a batch, shows it and delivers it. */
    void publish(ShardState batch) {
        List<Followers.Delivery> deliveries;
        synchronized (followers.lock()) {
            try (Timer.Context timed = metrics.writing()) {
                batch.flush(store);
            } catch (RuntimeException e) {
                broke(e);
                throw e;
            }
            show();
            deliveries = followers.pick(batch.tails.take());
        }
        deliveries.forEach(delivery -> delivery.run(epoch()));
        watches.tell(batch.presence.takeEvents());
    }

    /** From now on the machine refuses to apply; returns the cause to throw. */
    <T extends Throwable> T broke(T cause) {
        broken = cause;
        return cause;
    }

    /** After the state was replaced as a whole. */
    private void restart() {
        state = new ShardState(store);
        points.clear();
        broken = null;
        show();
        guard.end();
        loseFollowers();
    }

    private void show() {
        applied = state.progress.point();
        policy = state.progress.policy;
        holders = state.presence.holders();
    }
}
