package dev.skein.router.routes;

import dev.skein.core.Checks;
import java.time.Duration;

/**
 * What the routing decisions weigh.
 *
 * @param betterBy a region must be nearer by at least this for a client to move; higher: fewer moves, longer ways
 * @param betterByPercent and by at least this part of the present round trip
 * @param recoveryHold a region that was condemned counts as suspect for this long after it is heard again; higher: a flapping
 *     region attracts fewer clients, a recovered one gets them later
 * @param movesPerNodePerSecond clients that one node takes over in a second; slots spread moves to this rate
 * @param slotMax longest slot; beyond it availability matters more than smoothness
 * @param pushInterval least time between two pushes to one watcher; changes within it become one
 */
public record RoutingRules(
        Duration betterBy,
        int betterByPercent,
        Duration recoveryHold,
        int movesPerNodePerSecond,
        Duration slotMax,
        Duration pushInterval) {

    public RoutingRules {
        Checks.check(!betterBy.isNegative(), "betterBy", betterBy, "0 or more");
        Checks.check(betterByPercent >= 0 && betterByPercent <= 100, "betterByPercent", betterByPercent, "0 to 100");
        Checks.check(!recoveryHold.isNegative(), "recoveryHold", recoveryHold, "0 or more");
        Checks.check(movesPerNodePerSecond > 0, "movesPerNodePerSecond", movesPerNodePerSecond, "more than 0");
        Checks.check(!slotMax.isNegative(), "slotMax", slotMax, "0 or more");
        Checks.check(!pushInterval.isNegative(), "pushInterval", pushInterval, "0 or more");
    }

    /** 20 ms and 20 %; 500 moves a second and node, within 5 s. */
    public static RoutingRules standard() {
        return new RoutingRules(
                Duration.ofMillis(20), 20, Duration.ofSeconds(3), 500, Duration.ofSeconds(5), Duration.ofMillis(200));
    }
}
