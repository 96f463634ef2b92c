package dev.skein.benchmarks.micro;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.shard.ApplyBatch;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.ShardMetrics;
import dev.skein.replication.store.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.infra.Blackhole;

/** A new shard's state machine on RocksDB in a temporary directory. Used by one thread. */
final class BenchShard implements AutoCloseable {

    private static final ShardId ID = new ShardId("bench", 0);

    private final Path directory;
    private final RocksStore store;
    private final ShardMachine machine;
    private long index;

    BenchShard() throws IOException {
        directory = Files.createTempDirectory("skein-micro");
        store = RocksStore.open(directory);
        machine = new ShardMachine(
                ID,
                store.shardStore(ID),
                any -> Optional.empty(),
                TimeSource.system(),
                new ShardMetrics(new MetricRegistry()));
        apply(ShardEntry.newBuilder()
                .setPolicy(ShardPolicy.newBuilder().setVersion(1).setEpoch(1).setDedupWindowMs(600_000))
                .build()
                .toByteString());
    }

    /** Applies one entry as a batch of its own. */
    List<PublishOutcome> apply(ByteString entry) {
        ApplyBatch batch = machine.begin();
        List<PublishOutcome> outcomes = batch.apply(++index, 1, entry);
        batch.finish();
        return outcomes;
    }

    /** Follows a channel; what arrives goes into the black hole. */
    void follow(String channel, Blackhole sink) {
        machine.follow(channel, new Follower(sink));
    }

    @Override
    public void close() throws IOException {
        machine.close();
        store.close();
        RocksStore.wipe(directory);
    }

    private record Follower(Blackhole sink) implements TailListener {

        @Override
        public void appended(TailBatch batch) {
            sink.consume(batch.messages());
        }

        @Override
        public void lost() {}
    }
}
