package dev.skein.server.session;

import dev.skein.core.Limits;
import java.util.concurrent.TimeUnit;

/**
 * Limits and times of sessions.
 *
 * @param sessionsMax sessions of the node; reached: OVERLOADED
 * @param subscriptionsMax subscriptions of a session; reached: TOO_MANY_SUBSCRIPTIONS
 * @param heartbeatMillis each side sends something at least this often; lower finds dead clients sooner and costs more frames
 * @param heartbeatsMissedMax a client silent for so many heartbeats is ended
 * @param stallMillisMax a client that has demand and takes nothing for so long is ended as a slow consumer
 */
public record SessionLimits(
        int sessionsMax, int subscriptionsMax, long heartbeatMillis, int heartbeatsMissedMax, long stallMillisMax) {

    public static final SessionLimits DEFAULT =
            new SessionLimits(Limits.SESSIONS_MAX, Limits.SUBSCRIPTIONS_PER_SESSION_MAX, 500, 3, 30_000);

    long heartbeatNanos() {
        return TimeUnit.MILLISECONDS.toNanos(heartbeatMillis);
    }

    long silenceNanosMax() {
        return heartbeatNanos() * heartbeatsMissedMax;
    }

    long stallNanosMax() {
        return TimeUnit.MILLISECONDS.toNanos(stallMillisMax);
    }
}
