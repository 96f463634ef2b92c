package dev.skein.server;

import dev.skein.core.TimeSource;
import dev.skein.router.RouterNode;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices that this node's region reaches fewer than half of all regions and leads nothing. Its clients would see silence here,
 * because shards are led where a quorum is; elsewhere they go on. While a shard is led here, as one whose replicas are all of this
 * region is, its clients are served nowhere else. With two regions neither is ever in the minority. Called by one thread.
 */
final class IsolationWatch implements Runnable {

    /** A shorter loss of sight is left to the failure detector's own patience. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    private final String region;
    private final String controlGroup;
    private final RouterNode router;
    private final TimeSource time;
    private final Consumer<Boolean> isolated;
    private boolean told;
    private long changedNanos;
    private boolean changing;

    /** @param controlGroup the control group as gossiped; who leads it is nothing to clients */
    IsolationWatch(String region, String controlGroup, RouterNode router, TimeSource time, Consumer<Boolean> isolated) {
        this.region = region;
        this.controlGroup = controlGroup;
        this.router = router;
        this.time = time;
        this.isolated = isolated;
    }

    @Override
    public void run() {
        List<MemberView> members = router.members();
        boolean now = isMinority(region, members) && !leads(region, controlGroup, members);
        if (now == told) {
            changing = false;
            return;
        }
        if (!changing) {
            changing = true;
            changedNanos = time.nanoTime();
        } else if (time.nanoTime() - changedNanos >= PATIENCE_NANOS) {
            changing = false;
            told = now;
            isolated.accept(now);
        }
    }

    /** Whether a shard is led in the region, as far as its own members say. */
    static boolean leads(String region, String controlGroup, List<MemberView> members) {
        return members.stream()
                .filter(member -> member.state() == MemberState.ALIVE)
                .filter(member -> member.record().getRegion().equals(region))
                .flatMap(member -> member.record().getShardsLedList().stream())
                .anyMatch(led -> !led.getGroup().equals(controlGroup));
    }

    /** Whether fewer than half of the regions, the given one included, have a member alive. */
    static boolean isMinority(String region, List<MemberView> members) {
        Map<String, Boolean> alive = new HashMap<>();
        alive.put(region, true);
        for (MemberView member : members) {
            if (!member.record().getRouterOnly()) {
                alive.merge(member.record().getRegion(), member.state() == MemberState.ALIVE, Boolean::logicalOr);
            }
        }
        long reachable = alive.values().stream().filter(up -> up).count();
        return reachable * 2 < alive.size();
    }
}
