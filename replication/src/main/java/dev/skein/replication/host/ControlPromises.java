package dev.skein.replication.host;

import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.NodeLog;
import dev.skein.replication.nodelog.SlotFile;
import dev.skein.replication.raft.GroupNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node's replica of the control group has ever promised anything: taken up a term, voted, or taken an entry. Read from disk,
 * where every promise is before it is given: a replica that voted but has heard of no leader looks like a new one from outside.
 * Thread-safe; blocks for a small read.
 */
final class ControlPromises {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPromises.class);

    private final Path termAndVote;
    private final NodeLog nodeLog;

    /**
     * The promises of one storage.
     *
     * @param directory the control group's
     * @param nodeLog the log of the same storage
     */
    ControlPromises(Path directory, NodeLog nodeLog) {
        this.termAndVote = directory.resolve("raft-meta");
        this.nodeLog = nodeLog;
    }

    /** True only if it is certain that there are none: the replica may as well never have started. */
    boolean none() {
        try {
            return term() == 0
                    && nodeLog.find(GroupNames.CONTROL)
                            .map(ControlPromises::isEmpty)
                            .orElse(true);
        } catch (IOException | RuntimeException unreadable) {
            LOG.debug("control group: term and vote not read: {}", unreadable.getMessage());
            return false;
        }
    }

    private static boolean isEmpty(GroupLog log) {
        return log.firstIndex() == 1 && log.lastIndex() == 0;
    }

    // The value begins with the term; a vote never comes without one.
    private long term() throws IOException {
        Optional<SlotFile> found = SlotFile.open(termAndVote);
        if (found.isEmpty()) {
            return 0;
        }
        try (SlotFile file = found.get()) {
            return ByteBuffer.wrap(file.value()).getLong();
        }
    }
}
