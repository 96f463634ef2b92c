package dev.skein.replication.host;

import dev.skein.proto.replication.v1.AcknowledgedEntries;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.NodeLog;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether a storage still has what its node acknowledged, by the word of leaders that remember it. It finds a directory that was rolled back
 * as a whole, which nothing in the directory can tell. Nobody has to remember: what nobody says is not looked at.
 *
 * <p>The rule: who acknowledged an entry in a term has that term or a later one. It has the entry, too, while it has the leader's term, because a
 * leader takes nothing back in its own; later, if the entry is committed.
 */
final class KeptPromises {

    private final long incarnation;
    private final NodeLog log;
    private final Path groups;

    /**
     * Promises made under one storage.
     *
     * @param incarnation the storage's
     * @param groups directory of the groups
     */
    KeptPromises(long incarnation, NodeLog log, Path groups) {
        this.incarnation = incarnation;
        this.log = log;
        this.groups = groups;
    }

    /** What was acknowledged and isn't here any more; empty when nothing of the kind is known. */
    Optional<String> broken(List<JoinResponse> answers) throws IOException {
        for (JoinResponse answer : answers) {
            for (AcknowledgedEntries known : answer.getAcknowledgedList()) {
                if (known.getStorageIncarnation() == incarnation && !isKept(known)) {
                    return Optional.of("group " + known.getGroup() + ": log ends at index " + last(known.getGroup())
                            + " in term " + term(known.getGroup()) + " (expected: at least index " + known.getIndex()
                            + " in term " + known.getTerm() + ", which " + answer.getNode()
                            + " has an acknowledgement of)");
                }
            }
        }
        return Optional.empty();
    }

    private boolean isKept(AcknowledgedEntries known) throws IOException {
        long term = term(known.getGroup());
        long needed =
                term == known.getTerm() ? known.getIndex() : Math.min(known.getIndex(), known.getCommittedIndex());
        return term >= known.getTerm() && last(known.getGroup()) >= needed;
    }

    private long last(String group) {
        return log.find(group).map(GroupLog::lastIndex).orElse(0L);
    }

    // The value begins with the term.
    private long term(String group) throws IOException {
        Optional<SlotFile> found = SlotFile.open(groups.resolve(group).resolve("raft-meta"));
        if (found.isEmpty()) {
            return 0;
        }
        try (SlotFile file = found.get()) {
            return ByteBuffer.wrap(file.value()).getLong();
        }
    }
}
