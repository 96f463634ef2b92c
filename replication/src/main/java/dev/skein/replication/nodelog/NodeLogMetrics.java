package dev.skein.replication.nodelog;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The log's figures: time of syncs, writes that shared one, bytes written, queue depth, size on disk. Thread-safe. */
final class NodeLogMetrics {

    private final MetricRegistry registry;
    private final Timer fsync;
    private final Histogram writesPerFsync;
    private final Meter bytesWritten;

    NodeLogMetrics(MetricRegistry registry) {
        this.registry = registry;
        this.fsync = registry.timer("nodelog.fsync");
        this.writesPerFsync = registry.histogram("nodelog.writes-per-fsync");
        this.bytesWritten = registry.meter("nodelog.bytes-written");
    }

    Timer.Context fsync() {
        return fsync.time();
    }

    void synced(int writes) {
        writesPerFsync.update(writes);
    }

    void written(long bytes) {
        bytesWritten.mark(bytes);
    }

    void queueDepth(IntSupplier depth) {
        gauge("nodelog.queue-depth", depth::getAsInt);
    }

    void size(LongSupplier bytes, IntSupplier segments) {
        gauge("nodelog.bytes-on-disk", bytes::getAsLong);
        gauge("nodelog.segments", segments::getAsInt);
    }

    /** The newest log of a registry is the one that counts: a log may be opened again in the same process. */
    private void gauge(String name, Gauge<?> gauge) {
        registry.remove(name);
        registry.register(name, gauge);
    }
}
