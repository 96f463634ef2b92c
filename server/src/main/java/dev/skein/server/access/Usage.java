package dev.skein.server.access;

import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.Quota;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.config.AccessConfig.ConnectionQuota;
import dev.skein.wire.Errors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one key, or one connection, has of its quota now. Shared by its streams; thread-safe. */
public final class Usage {

    private static final int RETRY_STREAM_MILLIS = 1_000;

    private final String of;
    private final Quota quota;
    private final @Nullable RateBucket messages;
    private final @Nullable RateBucket bytes;
    private final AtomicInteger streams = new AtomicInteger();

    private Usage(String of, Quota quota, TimeSource time) {
        this.of = of;
        this.quota = quota;
        messages = bucket(quota.getMessagesPerSecond(), time);
        bytes = bucket(quota.getBytesPerSecond(), time);
    }

    static Usage of(String holder, Quota quota, TimeSource time) {
        return new Usage(holder, quota, time);
    }

    static Usage ofConnection(ConnectionQuota quota, TimeSource time) {
        return new Usage(
                "the connection",
                Quota.newBuilder()
                        .setMessagesPerSecond(quota.messagesPerSecond())
                        .setBytesPerSecond(quota.bytesPerSecond())
                        .setStreams(quota.streams())
                        .build(),
                time);
    }

    /** Why nothing more is let in just now, or null. */
    @Nullable
    Error exceeded(long nowNanos) {
        if (messages != null && messages.waitNanos(nowNanos) > 0) {
            return exceeded("messages", quota.getMessagesPerSecond(), messages.waitNanos(nowNanos));
        }
        return bytes != null && bytes.waitNanos(nowNanos) > 0
                ? exceeded("bytes", quota.getBytesPerSecond(), bytes.waitNanos(nowNanos))
                : null;
    }

    void charge(int moreMessages, int moreBytes, long nowNanos) {
        if (messages != null) {
            messages.charge(moreMessages, nowNanos);
        }
        if (bytes != null) {
            bytes.charge(moreBytes, nowNanos);
        }
    }

    /** One stream more; null, or why not. */
    @Nullable
    Error openStream() {
        int open = streams.incrementAndGet();
        int most = quota.getStreams();
        if (most == 0 || open <= most) {
            return null;
        }
        streams.decrementAndGet();
        return exceeded(Checks.text("streams of " + of, open, "at most " + most), RETRY_STREAM_MILLIS);
    }

    void closeStream() {
        streams.decrementAndGet();
    }

    private Error exceeded(String what, long perSecond, long waitNanos) {
        int millis = (int) Math.min(Integer.MAX_VALUE, 1 + TimeUnit.NANOSECONDS.toMillis(waitNanos));
        return exceeded(Checks.text(what + " of " + of, "too many", "at most " + perSecond + " a second"), millis);
    }

    private static Error exceeded(String text, int retryAfterMillis) {
        return Errors.of(Reason.REASON_QUOTA_EXCEEDED, text).toBuilder()
                .setRetryAfterMs(retryAfterMillis)
                .build();
    }

    private static @Nullable RateBucket bucket(long perSecond, TimeSource time) {
        return perSecond == 0 ? null : new RateBucket(perSecond < 0 ? Long.MAX_VALUE : perSecond, time.nanoTime());
    }
}
