package dev.skein.replication.shard;

import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.replication.store.ShardStore;

final class PublishRulesTest extends PublishRulesContract {

    @Override
    ShardStore newStore() {
        return new InMemoryShardStore();
    }
}
