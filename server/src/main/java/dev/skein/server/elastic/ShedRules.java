package dev.skein.server.elastic;

import java.time.Duration;

/**
 * What sending sessions away weighs.
 *
 * @param takesPerSecond sessions that this node takes over in a second from all others together; higher: drains end sooner, and the
 *     newcomers' subscriptions weigh more on those who are here already
 * @param tolerancePercent a node that has so much more than its fair share sends the surplus to others of its region; lower: evener,
 *     and more moves
 * @param settled a session isn't moved for the sake of others before it is so old; higher: fewer moves, and evening out takes longer
 */
public record ShedRules(int takesPerSecond, int tolerancePercent, Duration settled) {

    public static final ShedRules DEFAULT = new ShedRules(500, 10, Duration.ofSeconds(30));

    /** Who has fewer sessions than this above the fair share has no surplus: a handful is noise. */
    static final int SURPLUS_MIN = 8;

    /** A second's part of what is too much: a minute is enough for nearly all of it, and no second has most of it. */
    static final double SURPLUS_PER_SECOND = 0.2;

    /** A second's part of all sessions when the node has too much to do. */
    static final double RELIEF_PER_SECOND = 0.01;

    /** Fuller nodes take none over: the rest of their room is for clients that come by themselves. */
    static final double FULL = 0.9;

    /** A node in need sends sessions only to nodes that have so much less to do, so that the need doesn't wander. */
    static final int RELIEF_PERCENT = 20;
}
