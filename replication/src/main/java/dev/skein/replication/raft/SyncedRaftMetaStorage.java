package dev.skein.replication.raft;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.EnumOutter.ErrorType;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import dev.skein.replication.Mutation;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group's term and vote: checksummed, in two slots, on stable storage before JRaft goes on. Forgetting either could elect two
 * leaders in a term, so a file that is missing although the group has a log, or is unreadable, refuses to start the replica.
 *
 * <p>JRaft calls it under its node lock, one thread at a time.
 */
final class SyncedRaftMetaStorage implements RaftMetaStorage {

    private static final Logger LOG = LoggerFactory.getLogger(SyncedRaftMetaStorage.class);

    private final Path path;
    private final GroupLog log;
    private final Set<SlotFile> open;
    private final Consumer<Throwable> onFailure;
    private @Nullable SlotFile file;
    private @Nullable NodeImpl node;
    private long term;
    private PeerId votedFor = PeerId.emptyPeer();

    /**
     * Term and vote of a group.
     *
     * @param path the file; its directory exists
     * @param log the group's log, to tell a new group from a lost file
     * @param open holds the file while it is open, so that it can be read again; thread-safe
     * @param onFailure told when a write or sync failed: nobody knows what the disk has, and only a restart finds out
     */
    SyncedRaftMetaStorage(Path path, GroupLog log, Set<SlotFile> open, Consumer<Throwable> onFailure) {
        this.path = path;
        this.log = log;
        this.open = open;
        this.onFailure = onFailure;
    }

    /**
     * Opens or makes the file.
     *
     * @throws NodeLogDamagedException when term and vote cannot be trusted; the storage must be quarantined
     */
    @Override
    public boolean init(RaftMetaStorageOptions options) {
        if (file != null) {
            return true;
        }
        node = options.getNode();
        try {
            Optional<SlotFile> found = SlotFile.open(path);
            file = found.isPresent() ? found.get() : create();
            decode(file.value());
            open.add(file);
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException("group " + log.name() + ": cannot read term and vote", failure);
        }
    }

    private SlotFile create() throws IOException {
        if (log.firstIndex() > 1 || log.lastIndex() > 0) {
            throw new NodeLogDamagedException(
                    "group " + log.name() + ": term and vote are missing although it has a log");
        }
        return SlotFile.create(path, encode(0, PeerId.emptyPeer()));
    }

    @Override
    public void shutdown() {
        if (file != null) {
            open.remove(file);
            try {
                file.close();
            } catch (IOException nothingUnsynced) {
                LOG.debug("group {}: closing term and vote", log.name(), nothingUnsynced);
            }
            file = null;
        }
    }

    @Override
    public boolean setTerm(long next) {
        return save(next, votedFor);
    }

    @Override
    public long getTerm() {
        return term;
    }

    @Override
    public boolean setVotedFor(PeerId peer) {
        return save(term, peer);
    }

    @Override
    public PeerId getVotedFor() {
        return votedFor;
    }

    @Override
    public boolean setTermAndVotedFor(long next, PeerId peer) {
        return save(next, peer);
    }

    private boolean save(long nextTerm, PeerId nextVote) {
        SlotFile present = file;
        if (present == null) {
            throw new IllegalStateException("group " + log.name() + ": term and vote are not open");
        }
        if (nextTerm < term) {
            report(new IOException("term " + nextTerm + " after " + term));
            return false;
        }
        try {
            if (!Mutation.VOTE_NOT_SYNCED.isOn()) {
                present.write(encode(nextTerm, nextVote));
            }
        } catch (IOException failure) {
            report(failure);
            onFailure.accept(new IOException(
                    "group " + log.name() + ": term and vote not saved: " + failure.getMessage(), failure));
            return false;
        }
        term = nextTerm;
        votedFor = nextVote.copy();
        return true;
    }

    private void report(IOException failure) {
        LOG.error("group {}: cannot save term and vote", log.name(), failure);
        if (node != null) {
            node.onError(new RaftException(
                    ErrorType.ERROR_TYPE_META, RaftError.EIO, "group %s: cannot save term and vote", log.name()));
        }
    }

    /** The group's name is part of it: the file of another group is never believed. */
    private byte[] encode(long anyTerm, PeerId anyVote) {
        byte[] text = (log.name() + "\n" + anyVote).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length).putLong(anyTerm).put(text).array();
    }

    private void decode(byte[] value) {
        if (value.length < Long.BYTES) {
            throw new NodeLogDamagedException("group " + log.name() + ": term and vote of " + value.length + " bytes");
        }
        ByteBuffer source = ByteBuffer.wrap(value);
        long savedTerm = source.getLong();
        String[] text = StandardCharsets.UTF_8.decode(source).toString().split("\n", 2);
        PeerId vote = PeerId.emptyPeer();
        boolean voteKnown =
                text.length == 2 && (text[1].equals(PeerId.emptyPeer().toString()) || vote.parse(text[1]));
        if (!voteKnown || savedTerm < 0 || !text[0].equals(log.name())) {
            throw new NodeLogDamagedException("group " + log.name() + ": term and vote of " + text[0]);
        }
        term = savedTerm;
        votedFor = vote;
    }
}
