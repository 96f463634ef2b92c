package dev.skein.benchmarks.micro;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.client.v1.Section;
import dev.skein.wire.ReceiptRuns;
import dev.skein.wire.SectionView;
import dev.skein.wire.WireReader;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * A section of {@link #MESSAGES} messages on its way: put around its messages, read in place, read with every body walked as a gateway checks it, put into
 * an entry, and its receipts; beside them what decoding everything into objects would cost. Time is for one message.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EntryCodecBenchmark {

    private static final int MESSAGES = 1_000;

    @Param({"100", "1024"})
    private int payloadBytes;

    @Param({"1", "1000"})
    private int channels;

    private SectionMaker maker;
    private ByteString section = ByteString.EMPTY;

    /** Makes the section. */
    @Setup(Level.Trial)
    public void make() {
        maker = new SectionMaker(payloadBytes, MESSAGES, channels, true);
        section = maker.section();
    }

    /** Where everything stands. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object view() throws InvalidProtocolBufferException {
        return SectionView.of(section);
    }

    /** Every body's fields, none decoded. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int viewAndWalkBodies() throws InvalidProtocolBufferException {
        SectionView view = SectionView.of(section);
        WireReader body = view.body(0);
        int fields = 0;
        for (int i = 0; i < view.messages(); i++) {
            view.body(i, body);
            for (int tag = body.tag(); tag != 0; tag = body.tag()) {
                fields += WireFormat.getTagFieldNumber(tag);
                body.skip(tag);
            }
        }
        return fields;
    }

    /** What the generated parser makes of it: an object for each message. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object decode() throws InvalidProtocolBufferException {
        return Section.parseFrom(section);
    }

    /** A section, and an entry around it. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object encode() {
        return SectionMaker.entry(1, List.of(maker.section()));
    }

    /** Receipts of one channel's messages, as a run. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public List<ReceiptRun> receiptsAsRuns() {
        ReceiptRuns runs = new ReceiptRuns(1);
        for (int i = 1; i <= MESSAGES; i++) {
            runs.add(i, i, 1_000_000, false);
        }
        return runs.build();
    }

    /** The same as objects of their own. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public List<Receipt> receiptsAsObjects() {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 1; i <= MESSAGES; i++) {
            receipts.add(Receipt.newBuilder()
                    .setEpoch(1)
                    .setSerial(i)
                    .setShardSerial(i)
                    .setTimeMs(1_000_000)
                    .build());
        }
        return receipts;
    }
}
