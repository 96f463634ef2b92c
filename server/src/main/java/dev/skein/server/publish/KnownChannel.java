package dev.skein.server.publish;

import dev.skein.core.ShardId;
import dev.skein.wire.ChannelHash;

/** A channel whose name has been checked, with the shard it was found in last. Thread-safe. */
final class KnownChannel {

    final String namespace;

    /** The name with its namespace. */
    final String full;

    private volatile Home home;

    KnownChannel(String namespace, String full, int shards) {
        this.namespace = namespace;
        this.full = full;
        home = homeAmong(shards);
    }

    /** Its shard when the namespace has so many; the number changes only if a namespace was made anew. */
    ShardId shard(int shards) {
        Home present = home;
        if (present.shards != shards) {
            present = homeAmong(shards);
            home = present;
        }
        return present.shard;
    }

    private Home homeAmong(int shards) {
        return new Home(shards, new ShardId(namespace, ChannelHash.shardOf(full, shards)));
    }

    private record Home(int shards, ShardId shard) {}
}
