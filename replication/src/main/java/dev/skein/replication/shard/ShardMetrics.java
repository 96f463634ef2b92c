package dev.skein.replication.shard;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.Errors;
import java.util.List;

/** What the state machines of a node count, all shards together. Thread-safe. */
public final class ShardMetrics {

    private final MetricRegistry registry;
    private final Meter entries;
    private final Meter messages;
    private final Meter duplicates;
    private final Timer write;

    public ShardMetrics(MetricRegistry registry) {
        this.registry = registry;
        entries = registry.meter("shard.entries.applied");
        messages = registry.meter("shard.messages.applied");
        duplicates = registry.meter("shard.messages.duplicate");
        write = registry.timer("shard.store.write");
    }

    void applied(List<PublishOutcome> outcomes) {
        entries.mark();
        for (PublishOutcome outcome : outcomes) {
            if (outcome instanceof PublishOutcome.Accepted accepted) {
                count(accepted.runs());
            } else if (outcome instanceof PublishOutcome.Refused refused) {
                registry.meter("shard.sections.refused."
                                + Errors.shortName(refused.error().getReason()))
                        .mark();
            }
        }
    }

    Timer.Context writing() {
        return write.time();
    }

    private void count(List<ReceiptRun> runs) {
        for (ReceiptRun run : runs) {
            (run.getDuplicate() ? duplicates : messages).mark(run.getSerialsCount());
        }
    }
}
