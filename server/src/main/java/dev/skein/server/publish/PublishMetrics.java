package dev.skein.server.publish;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.PublishOutcome;
import dev.skein.wire.Errors;
import java.util.concurrent.TimeUnit;

/** Counts publishes: rate, time from acceptance to acknowledgement, refusals by reason, forwards. Thread-safe. */
public final class PublishMetrics {

    private final MetricRegistry registry;
    private final Timer acknowledged;
    private final Meter messages;
    private final Meter forwarded;

    public PublishMetrics(MetricRegistry registry) {
        this.registry = registry;
        acknowledged = registry.timer("publish.ack");
        messages = registry.meter("publish.messages");
        forwarded = registry.meter("publish.forwarded");
    }

    void done(CheckedPublish publish, long nanos, PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Refused refused) {
            rejected(refused.error().getReason());
        } else {
            acknowledged.update(nanos, TimeUnit.NANOSECONDS);
            messages.mark(publish.section().messages());
        }
    }

    void forwarded() {
        forwarded.mark();
    }

    /** A publish, subscription or session was refused. */
    public void rejected(Reason reason) {
        registry.meter("rejected." + Errors.shortName(reason)).mark();
    }
}
