package dev.skein.server.edge;

import java.util.concurrent.TimeUnit;

/** The limits of the gateway, each with what happens when it is reached. */
final class EdgeLimits {

    /** A frame from a client. Reached: WebSocket close 1009, HTTP 413. */
    static final int FRAME_BYTES_MAX = 64 << 10;

    /** A channel's name. Reached: error 107. */
    static final int CHANNEL_BYTES_MAX = 255;

    /** Subscriptions of a session. Reached: error 106. */
    static final int CHANNELS_MAX = 128;

    /** Unanswered publishes and reads of a session. Reached: error 111. */
    static final int COMMANDS_IN_FLIGHT_MAX = 256;

    /** What is piled up for a client that takes nothing. Reached: 3008. */
    static final long QUEUE_BYTES_MAX = 1 << 20;

    /** How long a client may take nothing although there is something. Reached: 3008. */
    static final long STALL_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    /** How long a connection may be without a session. Reached: 3502. */
    static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long what a client follows without asking may take to begin. Reached: error 100, and the client tries again. */
    static final long CONNECT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(4_500);

    /** Between pings. */
    static final int PING_SECONDS = 25;

    /** How long the answer to a ping may take. Reached: 3012. */
    static final long PONG_NANOS_MAX = TimeUnit.SECONDS.toNanos(8);

    /** How long a client may take to come with a new token when its own has expired. Reached: 3005. */
    static final long EXPIRED_NANOS_MAX = TimeUnit.SECONDS.toNanos(25);

    /** The same for a subscription. Reached: 2501, or 3006 when the server made it. */
    static final long EXPIRED_MILLIS_MAX = TimeUnit.NANOSECONDS.toMillis(EXPIRED_NANOS_MAX);

    /** How long before its token ends a client is asked for another, unless a tenth of what is left is less. */
    static final long REFRESH_AHEAD_MILLIS_MAX = 10_000;

    /** Publications in one answer. More are cut. */
    static final int HISTORY_MAX = 300;

    /** How long a publish is tried: clients wait for five seconds. */
    static final int PUBLISH_TIMEOUT_MILLIS = 4_500;

    /** Members in one answer. More: error 106. */
    static final int MEMBERS_MAX = 4_000;

    /** Bytes of members in one answer, which must fit into what may be piled up. More: error 106. */
    static final int MEMBERS_BYTES_MAX = 640 << 10;

    /** Unanswered questions of a session for who is there. Reached: error 111. */
    static final int PRESENCE_IN_FLIGHT_MAX = 8;

    /** Channels of one broadcast of the server API. More: error 107. */
    static final int BROADCAST_MAX = 1_000;

    /** Connections of an event loop that wait to come in, which is for less than two seconds. Reached: HTTP 503. */
    static final int NEWCOMERS_MAX = 2_000;

    /** What they have said so far. Reached: HTTP 503. */
    static final int NEWCOMERS_BYTES_MAX = 4 << 20;

    /** Unanswered requests of the server API at a node. Reached: HTTP 503. */
    static final int API_CALLS_MAX = 1_024;

    /** Channels that a node names to the server API. More: error 107. */
    static final int CHANNELS_TOLD_MAX = 10_000;

    /** A session that is sent away waits for answers that are under way, so often and so long each time. Reached: it goes without them. */
    static final int LEAVE_TRIES_MAX = 20;

    static final int LEAVE_TRY_MILLIS = 50;

    private EdgeLimits() {}
}
