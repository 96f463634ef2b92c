package dev.skein.server;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;
import com.codahale.metrics.jvm.CachedThreadStatesGaugeSet;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import dev.skein.core.NodeId;
import dev.skein.replication.DiskReport;
import dev.skein.replication.Replication;
import dev.skein.server.config.Address;
import dev.skein.server.metrics.MetricHelp;
import dev.skein.server.metrics.MetricsPages;
import dev.skein.server.metrics.PrometheusText;
import dev.skein.server.metrics.ReplicaGauges;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The process's own metrics, and the two ways out for all of them: JMX always, HTTP when configured. */
final class ProcessMetrics {

    private static final long REPLICAS_MILLIS = 2_000;
    private static final long THREAD_STATES_SECONDS = 5;

    private ProcessMetrics() {}

    /** Registers the JVM's metrics; closing the result takes them out of JMX. */
    static AutoCloseable register(MetricRegistry metrics, NodeId node) {
        metrics.register("jvm.memory", new MemoryUsageGaugeSet());
        metrics.register("jvm.gc", new GarbageCollectorMetricSet());
        metrics.register("jvm.threads", new CachedThreadStatesGaugeSet(THREAD_STATES_SECONDS, TimeUnit.SECONDS));
        JmxReporter jmx =
                JmxReporter.forRegistry(metrics).inDomain("dev.skein." + node).build();
        jmx.start();
        return jmx;
    }

    private static String trouble(Replication replication) {
        DiskReport disk = replication.disk();
        return replication.quarantined().orElse(disk.isStalled() ? "disk: " + disk.text() : "");
    }

    /**
     * Serves all metrics by HTTP if an address is given.
     *
     * @return the address with the real port
     */
    static Optional<String> serve(
            Optional<String> address, MetricRegistry metrics, Replication replication, House house, Cleanup cleanup) {
        ReplicaGauges replicas = new ReplicaGauges(metrics, replication);
        house.every(REPLICAS_MILLIS, replicas::refresh);
        PrometheusText page = new PrometheusText(metrics, MetricHelp.TEXTS);
        return address.map(at -> {
            try {
                MetricsPages pages =
                        cleanup.add(MetricsPages.open(Address.socket(at), page::write, () -> trouble(replication)));
                return Address.withPort(at, pages.port());
            } catch (IOException refused) {
                throw PortInUse.orOther("node.metrics", at, refused);
            }
        });
    }
}
