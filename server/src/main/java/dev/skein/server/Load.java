package dev.skein.server;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * How busy the process is. CPU and the event loops' lag are smoothed over about ten samples, because a burst is no overload; heap is what was left after the
 * last collection of the oldest pool, because what can be collected is no load. Sampled by the house thread, read by any.
 */
final class Load {

    private static final double SMOOTHING = 0.1;
    private static final double OVERLOAD = 0.95;

    /** Less than that ends it. */
    private static final double WELL = 0.85;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported())
            .toList();
    private final LoopLag loops;
    private volatile double cpu;
    private volatile double lag;
    private volatile boolean tooMuch;
    private volatile double heap;
    private volatile long rssBytes;

    /** @param loops how far the event loops are behind */
    Load(LoopLag loops) {
        this.loops = loops;
    }

    /** Takes a sample; about once a second. */
    void sample() {
        double now = Math.max(0, system.getProcessCpuLoad());
        cpu += SMOOTHING * (now - cpu);
        heap = pools.stream().mapToDouble(Load::fullness).max().orElse(0);
        lag += SMOOTHING * (loops.sample() - lag);
        double most = Math.max(Math.max(cpu, heap), lag);
        tooMuch = most >= OVERLOAD || tooMuch && most >= WELL;
        rssBytes = ResidentSet.bytes();
    }

    long rssBytes() {
        return rssBytes;
    }

    /** 0 to 100: the scarcest of CPU, heap, event loops and sessions. */
    int percent(int sessions, int sessionsMax) {
        return (int) Math.min(100, Math.round(100 * scarcest(sessions, sessionsMax)));
    }

    /** Whether clients should rather go elsewhere. */
    boolean overloaded(int sessions, int sessionsMax) {
        return tooMuch || (double) sessions / sessionsMax >= OVERLOAD;
    }

    private double scarcest(int sessions, int sessionsMax) {
        return Math.max(Math.max(cpu, heap), Math.max(lag, (double) sessions / sessionsMax));
    }

    private static double fullness(MemoryPoolMXBean pool) {
        MemoryUsage left = pool.getCollectionUsage();
        boolean known = left != null && left.getMax() > 0 && pool.getName().matches(".*(Old|Tenured).*");
        return known ? (double) left.getUsed() / left.getMax() : 0;
    }
}
