package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.TailMessage;
import dev.skein.server.edge.Feed.FeedPosition;
import dev.skein.wire.Errors;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel as {@code text/event-stream} for any EventSource: each message an event whose id is its position, so that a browser that
 * connects again says by itself where it was. A payload that isn't text is an event {@code base64}; what will never come an event {@code gap}, a
 * position of another history an event {@code reset}, a refusal an event {@code refused}.
 */
final class EventSink implements Feed.Sink, EndlessResponse.Writer {

    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(EdgeLimits.PING_SECONDS);

    private final EndlessResponse response;
    private final TimeSource time;
    private @Nullable Feed feed;
    private long saidNanos;
    private long readyNanos;

    EventSink(EndlessResponse response, TimeSource time) {
        this.response = response;
        this.time = time;
        saidNanos = time.nanoTime();
        readyNanos = saidNanos;
    }

    void attach(Feed opened) {
        feed = opened;
        response.attach(this);
    }

    @Override
    public boolean isReady() {
        return response.isReady();
    }

    @Override
    public boolean needsRecovery() {
        return false;
    }

    @Override
    public void begins(FeedPosition position) {
        say("id: " + position + "\nevent: open\ndata: {}\n\n");
    }

    @Override
    public void messages(long epoch, List<TailMessage> messages) {
        StringBuilder events = new StringBuilder();
        for (TailMessage each : messages) {
            event(events, epoch, each);
        }
        say(events.toString());
    }

    private static void event(StringBuilder events, long epoch, TailMessage message) {
        events.append("id: ").append(new FeedPosition(epoch, message.serial())).append('\n');
        ByteString payload = Publications.of(message, epoch).getData();
        String text = payload.isValidUtf8() ? payload.toStringUtf8() : "\r";
        if (isWhole(text)) {
            text.lines().forEach(line -> events.append("data: ").append(line).append('\n'));
            if (payload.isEmpty()) {
                events.append("data:\n");
            }
        } else {
            events.append("event: base64\ndata: ")
                    .append(Base64.getEncoder().encodeToString(payload.toByteArray()))
                    .append('\n');
        }
        events.append('\n');
    }

    /** Whether the format leaves it as it is. */
    private static boolean isWhole(String text) {
        return text.indexOf('\r') < 0 && !text.endsWith("\n");
    }

    @Override
    public void gap(long epoch, long first, long last, GapCause cause) {
        say("id: " + new FeedPosition(epoch, last) + "\nevent: gap\ndata: {\"first\":" + first + ",\"last\":" + last
                + ",\"cause\":\"" + Publications.word(cause) + "\"}\n\n");
    }

    @Override
    public void reset() {
        say("event: reset\ndata: {}\n\n");
    }

    @Override
    public void tick(long nowNanos) {
        Feed present = feed;
        if (response.isReady() || present == null || !present.isHeldUp()) {
            readyNanos = nowNanos;
        }
        if (present != null && nowNanos - readyNanos > EdgeLimits.STALL_NANOS_MAX) {
            present.close(Farewell.SLOW);
        } else if (nowNanos - saidNanos > PING_NANOS) {
            say(":\n\n");
        }
    }

    @Override
    public void refused(Error error) {
        say("event: refused\ndata: " + Errors.shortName(error.getReason()) + ": "
                + error.getText().replace('\n', ' ') + "\n\n");
        response.end();
    }

    @Override
    public void ended() {
        response.end();
    }

    @Override
    public void ready() {
        readyNanos = time.nanoTime();
        if (feed != null) {
            feed.ready();
        }
    }

    @Override
    public void gone() {
        if (feed != null) {
            feed.end();
        }
    }

    private void say(String text) {
        saidNanos = time.nanoTime();
        response.write(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }
}
