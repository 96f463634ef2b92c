package dev.skein.replication.raft;

import java.nio.file.Path;
import java.util.List;

/**
 * One group's replica on this node.
 *
 * @param group Raft group
 * @param directory holds the group's term, vote and snapshot
 * @param birthVoters first configuration, as {@code node:incarnation}; empty: wait to be added
 * @param birthLearners first configuration, as {@code node:incarnation}
 * @param timing timeouts for the round trip between its voters
 * @param syncEveryAppend false only for namespaces with {@code fsync: interval}
 */
public record GroupSetup(
        String group,
        Path directory,
        List<String> birthVoters,
        List<String> birthLearners,
        RaftTiming timing,
        boolean syncEveryAppend) {

    public GroupSetup {
        birthVoters = List.copyOf(birthVoters);
        birthLearners = List.copyOf(birthLearners);
    }
}
