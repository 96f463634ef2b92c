package dev.skein.replication.raft;

import com.alipay.sofa.jraft.StateMachine;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import dev.skein.replication.link.ElectionTiming;
import dev.skein.replication.link.LinkedNodeOptions;
import dev.skein.replication.link.RaftLinks;
import dev.skein.replication.link.RaftTimers;
import dev.skein.replication.nodelog.FsyncMode;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.NodeLog;
import dev.skein.replication.nodelog.ReadRepair;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What all JRaft groups of a node share: the node log, the links, and the settings that differ from JRaft's defaults, each with its
 * reason.
 *
 * @param self Raft identity of this node
 * @param nodeLog the shared log
 * @param links the transport
 * @param snapshotWriter writes snapshots, off the apply threads
 * @param onStorageFailure told when stored bytes aren't what was written, can't be read, or can't be written: the process must stop
 * @param repair asked first when such bytes were read
 * @param votes the open files of terms and votes, for whoever reads them again
 */
public record JRaftRuntime(
        PeerId self,
        NodeLog nodeLog,
        RaftLinks links,
        Executor snapshotWriter,
        Consumer<Throwable> onStorageFailure,
        ReadRepair repair,
        Set<SlotFile> votes) {

    /** Longest wait for a confirmed read: longer than an election takes. */
    static final int READ_TIMEOUT_MILLIS = 3_000;

    /** Entries per AppendEntries; bytes bound it first. */
    private static final int ENTRIES_PER_REQUEST = 256;

    /** One full entry per request at least; larger requests hold up the other groups of the link. */
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    /** Requests on the way to one follower: covers bandwidth x delay between regions. */
    private static final int REQUESTS_IN_FLIGHT_MAX = 64;

    /** Four rings a group: the default of 16,384 slots would cost tens of MiB each. A power of two. */
    private static final int RING_SLOTS = 1_024;

    /** Entries kept in memory for followers that lag a little. */
    private static final long LOG_CACHE_BYTES_MAX = 4L << 20;

    LinkedNodeOptions nodeOptions(GroupSetup setup, StateMachine machine) {
        GroupThreads.serve(setup.group());
        LinkedNodeOptions options = new LinkedNodeOptions(links);
        options.setFsm(machine);
        options.setInitialConf(
                new Configuration(Members.peers(setup.birthVoters()), Members.peers(setup.birthLearners())));
        options.setElectionTimeoutMs(setup.timing().electionTimeoutMillis());
        // No read trusts the lease; a shorter one only makes a leader give up that is heard a little late.
        options.setLeaderLeaseTimeRatio(100);
        RaftTimers.heartbeatEvery(setup.timing().heartbeatMillis());
        // Snapshots are taken by distance, by the machine's owner.
        options.setSnapshotIntervalSecs(0);
        options.setLogUri(setup.group());
        options.setRaftMetaUri(prepare(setup.directory()).resolve("raft-meta").toString());
        options.setSnapshotUri(setup.directory().resolve("snapshot").toString());
        options.setServiceFactory(new Storage(nodeLog.group(setup.group()), setup, this));
        options.setDisableCli(true);
        options.setRaftOptions(raftOptions(setup.timing()));
        options.setRpcConnectTimeoutMs(200);
        options.setRpcDefaultTimeout(2_000);
        // The transport has its own threads; JRaft divides this by three for its core threads.
        options.setRpcProcessorThreadPoolSize(3);
        return options;
    }

    /** The first entry of a group that is still sent as such; who lacks it or what was before gets a snapshot. */
    long firstIndex(String group) {
        return nodeLog.group(group).firstIndex();
    }

    private static RaftOptions raftOptions(RaftTiming timing) {
        RaftOptions options = new RaftOptions();
        // The timers make the group's own spread of it.
        options.setMaxElectionDelayMs(ElectionTiming.DRAWN_SPREAD_MILLIS);
        options.setElectionHeartbeatFactor(timing.heartbeatDivisor());
        options.setSync(true);
        options.setSyncMeta(true);
        // Clocks drift; a lease read would then be stale.
        options.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
        // The node log and the transport check their bytes themselves.
        options.setEnableLogEntryChecksum(false);
        options.setMaxEntriesSize(ENTRIES_PER_REQUEST);
        options.setMaxBodySize(REQUEST_BYTES_MAX);
        options.setMaxAppendBufferSize(REQUEST_BYTES_MAX);
        options.setMaxReplicatorInflightMsgs(REQUESTS_IN_FLIGHT_MAX);
        options.setMaxLogsInMemoryBytes(LOG_CACHE_BYTES_MAX);
        options.setDisruptorBufferSize(RING_SLOTS);
        // At most; the pace of each copy says how much.
        options.setMaxByteCountPerRpc(CopyPace.PIECE_BYTES_MAX);
        options.setOpenStatistics(false);
        return options;
    }

    private static Path prepare(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException("group directory " + directory, failed);
        }
    }

    /** A group's storages: the log on the shared node log, term and vote in two checked slots, checked snapshots. */
    private static final class Storage extends DefaultJRaftServiceFactory {

        private final GroupLog log;
        private final JRaftRuntime runtime;

        Storage(GroupLog log, GroupSetup setup, JRaftRuntime runtime) {
            this.log = log;
            this.runtime = runtime;
            log.fsync(setup.syncEveryAppend() ? FsyncMode.ALWAYS : FsyncMode.INTERVAL);
        }

        @Override
        public LogStorage createLogStorage(String group, RaftOptions options) {
            return new NodeLogStorage(log, runtime.onStorageFailure(), runtime.repair());
        }

        @Override
        public SnapshotStorage createSnapshotStorage(NodeOptions options) {
            return new CheckedSnapshotStorage(log.name(), options, runtime.onStorageFailure());
        }

        @Override
        public RaftMetaStorage createRaftMetaStorage(String directory, RaftOptions options) {
            return new SyncedRaftMetaStorage(Path.of(directory), log, runtime.votes(), runtime.onStorageFailure());
        }
    }
}
