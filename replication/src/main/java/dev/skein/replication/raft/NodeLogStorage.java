package dev.skein.replication.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.codec.LogEntryDecoder;
import com.alipay.sofa.jraft.entity.codec.LogEntryEncoder;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.LogRecord.Kind;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.ReadRepair;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group's log as JRaft wants it, on the log shared by the node. Data entries are stored as they are, since they are also what
 * history is read from; configuration entries in JRaft's own encoding. The node log checks every record it reads.
 *
 * <p>JRaft appends and truncates on the group's log thread, which may block; it reads anywhere. A failure is logged here and told
 * to JRaft by the return value, which puts the group's node into its error state for good.
 */
final class NodeLogStorage implements LogStorage {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLogStorage.class);

    private final GroupLog log;
    private final Consumer<Throwable> onStorageFailure;
    private final ReadRepair repair;
    private @Nullable LogEntryEncoder encoder;
    private @Nullable LogEntryDecoder decoder;

    /**
     * A group's storage.
     *
     * @param onStorageFailure told when stored bytes aren't what was written, or can't be read: the whole node must stop, not only this group
     * @param repair asked first when such an entry was read: without it JRaft would put the group into its error state for good
     */
    NodeLogStorage(GroupLog log, Consumer<Throwable> onStorageFailure, ReadRepair repair) {
        this.log = log;
        this.onStorageFailure = onStorageFailure;
        this.repair = repair;
    }

    @Override
    public boolean init(LogStorageOptions options) {
        encoder = options.getLogEntryCodecFactory().encoder();
        decoder = options.getLogEntryCodecFactory().decoder();
        return done("read the configurations", () -> loadConfigurations(options.getConfigurationManager()));
    }

    private void loadConfigurations(ConfigurationManager configurations) {
        for (long index : log.configurationIndexes()) {
            LogEntry entry = toEntry(log.read(index).orElseThrow(() -> missing(index)));
            ConfigurationEntry configuration = new ConfigurationEntry();
            configuration.setId(entry.getId().copy());
            configuration.setConf(new Configuration(entry.getPeers(), entry.getLearners()));
            if (entry.getOldPeers() != null) {
                configuration.setOldConf(new Configuration(entry.getOldPeers(), entry.getOldLearners()));
            }
            configurations.add(configuration);
        }
    }

    @Override
    public void shutdown() {
        // The node's log lives longer than any of its groups.
    }

    @Override
    public long getFirstLogIndex() {
        return log.firstIndex();
    }

    @Override
    public long getLastLogIndex() {
        return log.lastIndex();
    }

    @Override
    public @Nullable LogEntry getEntry(long index) {
        if (index < log.firstIndex()) {
            return null;
        }
        try {
            return read(index).map(this::toEntry).orElse(null);
        } catch (NodeLogDamagedException damaged) {
            onStorageFailure.accept(damaged);
            return null;
        } catch (UncheckedIOException failure) {
            LOG.error("group {}: cannot read index {}", log.name(), index, failure);
            onStorageFailure.accept(failure);
            return null;
        } catch (RuntimeException failure) {
            LOG.error("group {}: cannot read index {}", log.name(), index, failure);
            return null;
        }
    }

    private Optional<LogRecord> read(long index) {
        try {
            return log.read(index);
        } catch (NodeLogDamagedException damaged) {
            if (repair.mend(damaged, true)) {
                return log.read(index);
            }
            throw damaged;
        }
    }

    @Override
    @Deprecated
    public long getTerm(long index) {
        return log.termAt(index);
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        return appendEntries(List.of(entry)) == 1;
    }

    @Override
    public int appendEntries(List<LogEntry> entries) {
        boolean appended = done(
                "append", () -> log.append(entries.stream().map(this::toRecord).toList()));
        return appended ? entries.size() : 0;
    }

    @Override
    public boolean truncatePrefix(long firstIndexKept) {
        return done("truncate the prefix", () -> log.truncatePrefix(firstIndexKept));
    }

    @Override
    public boolean truncateSuffix(long lastIndexKept) {
        return done("truncate the suffix", () -> log.truncateSuffix(lastIndexKept));
    }

    @Override
    public boolean reset(long nextLogIndex) {
        return done("reset", () -> log.reset(nextLogIndex));
    }

    private boolean done(String what, Runnable action) {
        try {
            action.run();
            return true;
        } catch (NodeLogDamagedException damaged) {
            onStorageFailure.accept(damaged);
            return false;
        } catch (RuntimeException failure) {
            LOG.error("group {}: cannot {}", log.name(), what, failure);
            return false;
        }
    }

    private LogRecord toRecord(LogEntry entry) {
        LogId id = entry.getId();
        return switch (entry.getType()) {
            case ENTRY_TYPE_DATA -> new LogRecord(Kind.DATA, id.getIndex(), id.getTerm(), bytes(entry));
            case ENTRY_TYPE_NO_OP -> new LogRecord(Kind.NO_OP, id.getIndex(), id.getTerm(), bytes(entry));
            case ENTRY_TYPE_CONFIGURATION ->
                new LogRecord(
                        Kind.CONFIGURATION,
                        id.getIndex(),
                        id.getTerm(),
                        ByteBuffer.wrap(initialised(encoder).encode(entry)));
            case ENTRY_TYPE_UNKNOWN ->
                throw new IllegalArgumentException(
                        "type: " + entry.getType() + " (expected: data, configuration or no-op)");
        };
    }

    private static ByteBuffer bytes(LogEntry entry) {
        ByteBuffer data = entry.getData();
        return data == null ? ByteBuffer.allocate(0) : data.duplicate();
    }

    private LogEntry toEntry(LogRecord record) {
        if (record.kind() == Kind.CONFIGURATION) {
            return decoded(record);
        }
        LogEntry entry =
                new LogEntry(record.kind() == Kind.DATA ? EntryType.ENTRY_TYPE_DATA : EntryType.ENTRY_TYPE_NO_OP);
        entry.setId(new LogId(record.index(), record.term()));
        entry.setData(record.payload());
        return entry;
    }

    private LogEntry decoded(LogRecord record) {
        byte[] bytes = new byte[record.payload().remaining()];
        record.payload().duplicate().get(bytes);
        return Optional.ofNullable(initialised(decoder).decode(bytes)).orElseThrow(() -> missing(record.index()));
    }

    private IllegalStateException missing(long index) {
        return new IllegalStateException("group " + log.name() + ": no readable configuration at index " + index);
    }

    private static <T> T initialised(@Nullable T codec) {
        if (codec == null) {
            throw new IllegalStateException("the log storage has not been initialised");
        }
        return codec;
    }
}
