package dev.skein.replication.link;

import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** JRaft's log and vote in memory, for tests of the transport. */
final class MemoryServices extends DefaultJRaftServiceFactory {

    @Override
    public LogStorage createLogStorage(String uri, RaftOptions options) {
        return new MemoryLog();
    }

    @Override
    public RaftMetaStorage createRaftMetaStorage(String uri, RaftOptions options) {
        return new MemoryMeta();
    }

    private static final class MemoryLog implements LogStorage {
        private final ConcurrentSkipListMap<Long, LogEntry> entries = new ConcurrentSkipListMap<>();
        private volatile long first = 1;

        @Override
        public boolean init(LogStorageOptions options) {
            return true;
        }

        @Override
        public void shutdown() {}

        @Override
        public long getFirstLogIndex() {
            return first;
        }

        @Override
        public long getLastLogIndex() {
            return entries.isEmpty() ? first - 1 : entries.lastKey();
        }

        @Override
        public @Nullable LogEntry getEntry(long index) {
            return entries.get(index);
        }

        @Override
        @SuppressWarnings("deprecation")
        public long getTerm(long index) {
            LogEntry entry = entries.get(index);
            return entry == null ? 0 : entry.getId().getTerm();
        }

        @Override
        public boolean appendEntry(LogEntry entry) {
            entries.put(entry.getId().getIndex(), entry);
            return true;
        }

        @Override
        public int appendEntries(List<LogEntry> added) {
            added.forEach(this::appendEntry);
            return added.size();
        }

        @Override
        public boolean truncatePrefix(long firstIndexKept) {
            first = firstIndexKept;
            entries.headMap(firstIndexKept).clear();
            return true;
        }

        @Override
        public boolean truncateSuffix(long lastIndexKept) {
            entries.tailMap(lastIndexKept, false).clear();
            return true;
        }

        @Override
        public boolean reset(long nextLogIndex) {
            entries.clear();
            first = nextLogIndex;
            LogEntry entry = new LogEntry(EntryType.ENTRY_TYPE_NO_OP);
            entry.getId().setIndex(nextLogIndex);
            return appendEntry(entry);
        }
    }

    private static final class MemoryMeta implements RaftMetaStorage {
        private long term;
        private PeerId votedFor = PeerId.emptyPeer();

        @Override
        public boolean init(RaftMetaStorageOptions options) {
            return true;
        }

        @Override
        public void shutdown() {}

        @Override
        public boolean setTerm(long term) {
            this.term = term;
            return true;
        }

        @Override
        public long getTerm() {
            return term;
        }

        @Override
        public boolean setVotedFor(PeerId peer) {
            votedFor = peer;
            return true;
        }

        @Override
        public PeerId getVotedFor() {
            return votedFor;
        }

        @Override
        public boolean setTermAndVotedFor(long term, PeerId peer) {
            return setTerm(term) && setVotedFor(peer);
        }
    }
}
