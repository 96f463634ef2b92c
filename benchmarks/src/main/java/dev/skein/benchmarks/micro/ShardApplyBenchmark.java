package dev.skein.benchmarks.micro;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
 * Applies entries of {@link #MESSAGES} messages to a shard on RocksDB: reading the entry, the check of the producer's sequences, serials, the index, and
 * the hand-over to a follower of one channel. Time is for one message; the sections' bytes are put together in it too, a copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ShardApplyBenchmark {

    private static final int MESSAGES = 1_000;

    @Param({"100", "1024"})
    private int payloadBytes;

    @Param({"1", "100"})
    private int messagesPerSection;

    @Param({"1", "1000"})
    private int channels;

    /** Whether sections carry producer and sequence. */
    @Param({"true", "false"})
    private boolean producers;

    private BenchShard shard;
    private SectionMaker maker;

    /** Opens an empty shard. */
    @Setup(Level.Iteration)
    public void open(Blackhole sink) throws IOException {
        maker = new SectionMaker(payloadBytes, messagesPerSection, channels, producers);
        shard = new BenchShard();
        shard.follow("bench:c0", sink);
    }

    /** Removes the shard. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        shard.close();
    }

    /** One entry, one batch. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object apply() {
        List<ByteString> sections = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i += messagesPerSection) {
            sections.add(maker.section());
        }
        return shard.apply(SectionMaker.entry(System.currentTimeMillis(), sections));
    }
}
