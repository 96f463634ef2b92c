package dev.skein.server.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.TailMessage;
import dev.skein.server.edge.Feed.FeedPosition;
import dev.skein.wire.Errors;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One answer of long polling: what comes first after a position, or the same position when nothing came in time. An object: {@code position} to
 * ask with next; {@code messages}, each with {@code offset}, {@code time} in milliseconds since 1970, and {@code data} or, when the payload
 * is no JSON, {@code b64data}; {@code gap} with {@code first}, {@code last} and {@code cause}; {@code reset} when the position was of another history.
 */
final class PollSink implements Feed.Sink {

    static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(25);

    private static final JsonFactory JSON = new JsonFactory();

    /** Takes the one answer. */
    interface Answer {
        void send(HttpResponseStatus status, String text);
    }

    private final Answer answer;
    private final boolean waits;
    private final long dueNanos;
    private FeedPosition position = new FeedPosition(0, 0);
    private boolean reset;
    private @Nullable Feed feed;
    private boolean answered;

    /**
     * An answer.
     *
     * @param waits whether the client has a position; one without is told the present one
     */
    PollSink(Answer answer, boolean waits, TimeSource time) {
        this.answer = answer;
        this.waits = waits;
        this.dueNanos = time.nanoTime() + WAIT_NANOS;
    }

    void attach(Feed opened) {
        feed = opened;
    }

    @Override
    public boolean isReady() {
        return !answered;
    }

    @Override
    public boolean needsRecovery() {
        return true;
    }

    @Override
    public void begins(FeedPosition begins) {
        position = begins;
        if (!waits || reset) {
            answer(out -> {});
        }
    }

    @Override
    public void messages(long epoch, List<TailMessage> messages) {
        position = new FeedPosition(epoch, messages.get(messages.size() - 1).serial());
        answer(out -> {
            out.writeArrayFieldStart("messages");
            for (TailMessage each : messages) {
                message(out, each, epoch);
            }
            out.writeEndArray();
        });
    }

    private static void message(JsonGenerator out, TailMessage message, long epoch) throws IOException {
        Publication publication = Publications.of(message, epoch);
        byte[] data = publication.getData().toByteArray();
        out.writeStartObject();
        out.writeNumberField("offset", message.serial());
        out.writeNumberField("time", message.timeMillis());
        if (EdgeParts.JSON.carries(data)) {
            out.writeFieldName("data");
            out.writeRawValue(publication.getData().toStringUtf8());
        } else {
            out.writeBinaryField("b64data", data);
        }
        out.writeEndObject();
    }

    @Override
    public void gap(long epoch, long first, long last, GapCause cause) {
        position = new FeedPosition(epoch, last);
        answer(out -> {
            out.writeObjectFieldStart("gap");
            out.writeNumberField("first", first);
            out.writeNumberField("last", last);
            out.writeStringField("cause", Publications.word(cause));
            out.writeEndObject();
        });
    }

    @Override
    public void reset() {
        reset = true;
    }

    @Override
    public void tick(long nowNanos) {
        if (nowNanos - dueNanos > 0) {
            answer(out -> {});
        }
    }

    @Override
    public void refused(Error error) {
        if (!answered) {
            answered = true;
            answer.send(status(error), Errors.shortName(error.getReason()) + ": " + error.getText());
        }
    }

    @Override
    public void ended() {
        answer(out -> {});
    }

    static HttpResponseStatus status(Error error) {
        return switch (Refusal.of(error.getReason())) {
            case BAD_REQUEST -> HttpResponseStatus.BAD_REQUEST;
            case UNAUTHORIZED, TOKEN_EXPIRED -> HttpResponseStatus.UNAUTHORIZED;
            case PERMISSION_DENIED -> HttpResponseStatus.FORBIDDEN;
            case UNKNOWN_CHANNEL -> HttpResponseStatus.NOT_FOUND;
            case TOO_MANY_REQUESTS, LIMIT_EXCEEDED -> HttpResponseStatus.TOO_MANY_REQUESTS;
            default -> HttpResponseStatus.SERVICE_UNAVAILABLE;
        };
    }

    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private void answer(Fields fields) {
        if (answered) {
            return;
        }
        answered = true;
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("position", position.toString());
            if (reset) {
                out.writeBooleanField("reset", true);
            }
            fields.write(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (feed != null) {
            feed.end();
        }
        answer.send(HttpResponseStatus.OK, text.toString());
    }
}
