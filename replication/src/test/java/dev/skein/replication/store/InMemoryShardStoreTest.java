package dev.skein.replication.store;

final class InMemoryShardStoreTest extends ShardStoreContract {

    private final ShardStore store = new InMemoryShardStore();

    @Override
    ShardStore store() {
        return store;
    }
}
