package dev.skein.client.internal.grpc;

import dev.skein.client.Reason;
import dev.skein.client.SkeinException;
import dev.skein.client.internal.core.Attendance;
import dev.skein.client.internal.core.Failures;
import dev.skein.proto.client.v1.PresenceFrame;
import dev.skein.proto.client.v1.PresenceGrpc;
import dev.skein.proto.client.v1.PresenceNews;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A presence stream beside a session, over its connection. */
public final class PresenceLink implements Attendance.Stream, ClientResponseObserver<PresenceFrame, PresenceNews> {

    private final Executor loop;
    private final Attendance.Events events;
    private @Nullable ClientCallStreamObserver<PresenceFrame> out;
    private boolean over;

    private PresenceLink(Executor loop, Attendance.Events events) {
        this.loop = loop;
        this.events = events;
    }

    /** Opens a stream. */
    public static Attendance.Stream open(Channel channel, Executor loop, Attendance.Events events) {
        PresenceLink link = new PresenceLink(loop, events);
        PresenceGrpc.newStub(channel).attend(link);
        return link;
    }

    @Override
    public void send(PresenceFrame frame) {
        if (!over && out != null) {
            out.onNext(frame);
        }
    }

    @Override
    public void close() {
        if (!over && out != null) {
            over = true;
            out.cancel("the client leaves this node", null);
        }
    }

    @Override
    public void finish() {
        if (!over && out != null) {
            over = true;
            out.onCompleted();
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PresenceFrame> stream) {
        out = stream;
    }

    @Override
    public void onNext(PresenceNews news) {
        loop.execute(() -> {
            if (!over) {
                events.news(news);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        loop.execute(() -> end(Failures.of(failure)));
    }

    @Override
    public void onCompleted() {
        loop.execute(() -> end(new SkeinException(Reason.UNAVAILABLE, "the node ended the stream", false)));
    }

    private void end(SkeinException cause) {
        if (!over) {
            over = true;
            events.ended(cause);
        }
    }
}
