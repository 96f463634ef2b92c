package dev.skein.replication.raft;

import dev.skein.core.ShardId;

/** Names of Raft groups. JRaft allows letters, digits, '-' and '_' only, so a shard's slash becomes two hyphens. */
public final class GroupNames {

    /** The control group; upper case, so that no namespace can have it. */
    public static final String CONTROL = "CONTROL";

    private GroupNames() {}

    /** The group of a shard. */
    public static String of(ShardId shard) {
        return shard.namespace() + "--" + shard.number();
    }

    /** The shard of a group. */
    public static ShardId shardOf(String group) {
        int separator = group.lastIndexOf("--");
        return new ShardId(group.substring(0, separator), Integer.parseInt(group.substring(separator + 2)));
    }
}
