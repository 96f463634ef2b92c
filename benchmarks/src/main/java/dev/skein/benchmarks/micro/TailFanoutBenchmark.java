package dev.skein.benchmarks.micro;

import com.google.protobuf.ByteString;
import java.io.IOException;
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
 * Applies entries of {@link #MESSAGES} messages of one channel that many follow, within the replica: a message is encoded once, whoever follows. Time
 * is for one message, with all its copies; what grows with the followers is the hand-over alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TailFanoutBenchmark {

    private static final int MESSAGES = 100;
    private static final int PAYLOAD_BYTES = 100;

    @Param({"0", "1", "100", "1000"})
    private int followers;

    private BenchShard shard;
    private SectionMaker maker;

    /** Opens an empty shard with its followers. */
    @Setup(Level.Iteration)
    public void open(Blackhole sink) throws IOException {
        maker = new SectionMaker(PAYLOAD_BYTES, MESSAGES, 1, true);
        shard = new BenchShard();
        for (int i = 0; i < followers; i++) {
            shard.follow("bench:c0", sink);
        }
    }

    /** Removes the shard. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        shard.close();
    }

    /** One entry, one batch, one copy for each follower. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object publish() {
        List<ByteString> section = List.of(maker.section());
        return shard.apply(SectionMaker.entry(System.currentTimeMillis(), section));
    }
}
