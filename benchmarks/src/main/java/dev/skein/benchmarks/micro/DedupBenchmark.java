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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What producer sequences cost: sections that are new, sections that come a second time and are answered with the first receipts, and sections without
 * a producer. Time is for one message of an entry of {@link #SECTIONS} sections.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DedupBenchmark {

    private static final int SECTIONS = 10;
    private static final int MESSAGES_PER_SECTION = 100;
    private static final int MESSAGES = SECTIONS * MESSAGES_PER_SECTION;
    private static final int PAYLOAD_BYTES = 100;

    private BenchShard shard;
    private SectionMaker numbered;
    private SectionMaker unnumbered;
    private ByteString before = ByteString.EMPTY;

    /** Opens an empty shard. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        numbered = new SectionMaker(PAYLOAD_BYTES, MESSAGES_PER_SECTION, 1, true);
        unnumbered = new SectionMaker(PAYLOAD_BYTES, MESSAGES_PER_SECTION, 1, false);
        shard = new BenchShard();
        before = entry(numbered);
        shard.apply(before);
    }

    /** Removes the shard. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        shard.close();
    }

    /** Seen for the first time. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object fresh() {
        return shard.apply(entry(numbered));
    }

    /** Seen before: nothing is stored. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object repeated() {
        return shard.apply(before);
    }

    /** Nobody numbers anything. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object withoutProducer() {
        return shard.apply(entry(unnumbered));
    }

    private static ByteString entry(SectionMaker maker) {
        List<ByteString> sections = new ArrayList<>();
        for (int i = 0; i < SECTIONS; i++) {
            sections.add(maker.section());
        }
        return SectionMaker.entry(System.currentTimeMillis(), sections);
    }
}
