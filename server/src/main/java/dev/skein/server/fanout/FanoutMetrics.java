package dev.skein.server.fanout;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import dev.skein.core.TimeSource;
import dev.skein.replication.TailMessage;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts deliveries: messages, time from log time to send, store reads. Thread-safe. */
final class FanoutMetrics {

    private final TimeSource time;
    private final Meter delivered;
    private final Meter storeReads;
    private final Timer latency;

    FanoutMetrics(MetricRegistry registry, TimeSource time) {
        this.time = time;
        delivered = registry.meter("deliver.messages");
        storeReads = registry.meter("deliver.storeReads");
        latency = registry.timer("deliver.latency");
    }

    void delivered(int messages) {
        delivered.mark(messages);
    }

    void storeRead() {
        storeReads.mark();
    }

    /** Log time is the leader's clock, so the figure is only as good as the clocks agree. */
    void fromRing(List<TailMessage> messages) {
        long newest = messages.get(messages.size() - 1).timeMillis();
        latency.update(Math.max(0, time.wallMillis() - newest), TimeUnit.MILLISECONDS);
    }
}
