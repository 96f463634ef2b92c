package dev.skein.core;

/**
 * A shard: one Raft group of a namespace.
 *
 * @param namespace the namespace's name
 * @param number 0 to shards - 1
 */
public record ShardId(String namespace, int number) implements Comparable<ShardId> {

    public ShardId {
        ChannelName.checkNamespace(namespace);
        Checks.check(number >= 0, "shard", number, "0 or more");
    }

    /** Reads {@code namespace/number}, the name of the shard's Raft group. */
    public static ShardId parse(String group) {
        int slash = group.lastIndexOf('/');
        Checks.check(slash > 0, "shard", group, "namespace/number");
        try {
            return new ShardId(group.substring(0, slash), Integer.parseInt(group.substring(slash + 1)));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(Checks.text("shard", group, "namespace/number"), notANumber);
        }
    }

    /** Name of the shard's Raft group: {@code namespace/number}. */
    public String group() {
        return namespace + "/" + number;
    }

    @Override
    public int compareTo(ShardId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return group();
    }
}
