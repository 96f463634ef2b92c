package dev.skein.benchmarks.micro;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.shard.ApplyBatch;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.ShardMetrics;
import dev.skein.replication.store.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Applies entries of {@link #MESSAGES} messages to a shard on RocksDB: making and reading the entry, the check of the producer's sequences, serials, the
 * index, and the hand-over to a follower. Time is for one message.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ShardApplyBenchmark {

    private static final int MESSAGES = 1_000;
    private static final ByteString PRODUCER = ByteString.copyFrom(new byte[16]);

    @Param({"100", "1024"})
    private int payloadBytes;

    /** Messages that one publish holds, next to each other in one channel. */
    @Param({"1", "100"})
    private int messagesPerPublish;

    @Param({"1", "1000"})
    private int channels;

    /** Whether publishes carry producer and sequence. */
    @Param({"true", "false"})
    private boolean producers;

    private Path directory = Path.of("");
    private RocksStore store;
    private ShardMachine machine;
    private Blackhole followed;
    private ByteString body = ByteString.EMPTY;
    private long index;
    private long sequence;
    private int channel;

    /** Opens an empty shard in a temporary directory. */
    @Setup(Level.Iteration)
    public void open(Blackhole blackhole) throws IOException {
        followed = blackhole;
        directory = Files.createTempDirectory("skein-apply");
        store = RocksStore.open(directory);
        machine = new ShardMachine(
                new ShardId("bench", 0),
                store.shardStore(new ShardId("bench", 0)),
                any -> Optional.empty(),
                TimeSource.system(),
                new ShardMetrics(new MetricRegistry()));
        body = MessageBody.newBuilder()
                .setPayload(ByteString.copyFrom(new byte[payloadBytes]))
                .build()
                .toByteString();
        index = 0;
        sequence = 0;
        apply(ShardEntry.newBuilder()
                .setPolicy(ShardPolicy.newBuilder().setVersion(1).setEpoch(1).setDedupWindowMs(600_000)));
        machine.follow("bench:c0", new Follower());
    }

    /** Removes the shard. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        machine.close();
        store.close();
        RocksStore.wipe(directory);
    }

    /** One entry, one batch. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void apply() {
        ShardEntry.Builder entry = ShardEntry.newBuilder().setTimeMs(System.currentTimeMillis());
        for (int i = 0; i < MESSAGES; i += messagesPerPublish) {
            entry.addSections(section());
        }
        apply(entry);
    }

    private PublishSection.Builder section() {
        channel = (channel + 1) % channels;
        PublishSection.Builder section = PublishSection.newBuilder().setChannel("bench:c" + channel);
        for (int i = 0; i < messagesPerPublish; i++) {
            section.addMessages(body);
        }
        if (producers) {
            section.setProducer(PRODUCER).setFirstSequence(sequence + 1);
            sequence += messagesPerPublish;
        }
        return section;
    }

    private void apply(ShardEntry.Builder entry) {
        ApplyBatch batch = machine.begin();
        followed.consume(batch.apply(++index, 1, entry.build().toByteString()));
        batch.finish();
    }

    private final class Follower implements TailListener {

        @Override
        public void appended(TailBatch batch) {
            followed.consume(batch.messages());
        }

        @Override
        public void lost() {}
    }
}
