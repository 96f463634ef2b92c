package dev.skein.replication.link;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import java.util.function.LongSupplier;

/** The numbers of the links: {@code link.<peer>.up}, {@code .queueBytes}, {@code .framesSent} and so on. */
final class LinkMetrics {

    private final MetricRegistry registry;

    LinkMetrics(MetricRegistry registry) {
        this.registry = registry;
    }

    Peer peer(NodeId peer) {
        return new Peer("link." + peer);
    }

    /** The numbers of one peer, both directions together. */
    final class Peer {
        private final String prefix;
        private final Meter framesSent;
        private final Meter bytesSent;
        private final Meter framesReceived;
        private final Meter bytesReceived;
        private final Meter invocationsFailed;
        private final Meter requestsRefused;

        Peer(String prefix) {
            this.prefix = prefix;
            framesSent = registry.meter(prefix + ".framesSent");
            bytesSent = registry.meter(prefix + ".bytesSent");
            framesReceived = registry.meter(prefix + ".framesReceived");
            bytesReceived = registry.meter(prefix + ".bytesReceived");
            invocationsFailed = registry.meter(prefix + ".invocationsFailed");
            requestsRefused = registry.meter(prefix + ".requestsRefused");
        }

        void gauges(LongSupplier up, LongSupplier queueBytes) {
            registry.gauge(prefix + ".up", () -> (Gauge<Long>) up::getAsLong);
            registry.gauge(prefix + ".queueBytes", () -> (Gauge<Long>) queueBytes::getAsLong);
        }

        void sent(int frames, int bytes) {
            framesSent.mark(frames);
            bytesSent.mark(bytes);
        }

        void received(int frames, int bytes) {
            framesReceived.mark(frames);
            bytesReceived.mark(bytes);
        }

        void invocationFailed() {
            invocationsFailed.mark();
        }

        void requestRefused() {
            requestsRefused.mark();
        }
    }
}
