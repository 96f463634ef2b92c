package dev.skein.server.session;

import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.client.v1.EnterChannel;
import dev.skein.proto.client.v1.MemberChange;
import dev.skein.proto.client.v1.MemberChangeKind;
import dev.skein.proto.client.v1.MemberChanges;
import dev.skein.proto.client.v1.PresenceAnswer;
import dev.skein.proto.client.v1.PresenceFrame;
import dev.skein.proto.client.v1.PresenceNews;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.server.access.Caller;
import dev.skein.server.loop.Loop;
import dev.skein.server.session.PresenceCalls.Place;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's part in presence: it is in channels, and hears who comes and goes in others. Ends with its stream. Owned by its loop.
 *
 * <p>A client that ends its stream leaves at once. One whose stream breaks has a moment to come again, by whichever node: there it is taken over, and what this stream
 * says afterwards is of no account.
 *
 * <p>A client that takes nothing while members come and go is ended as a slow consumer; it comes again, and asks who is there.
 */
final class PresenceStream implements StreamObserver<PresenceFrame> {

    private static final int SECRET_BYTES_MIN = 16;
    private static final int SECRET_BYTES_MAX = 64;
    private static final int ID_BYTES = 16;

    /** Channels that a client is in or watches. Reached: TOO_MANY_SUBSCRIPTIONS. */
    private static final int CHANNELS_MAX = 1_024;

    /** Changes piled up for a client that takes nothing. Reached: SLOW_CONSUMER. */
    private static final int CHANGES_AHEAD_MAX = 10_000;

    /** Changes that the shards haven't heard of yet. Reached: OVERLOADED. */
    private static final int UNHEARD_MAX = 256;

    private static final long CREDENTIAL_MILLIS = 1_000;

    /** How long a client whose stream broke may take to come again, here or elsewhere, before it leaves. */
    private static final long GRACE_MILLIS = 5_000;

    private final PresenceCalls.Parts parts;
    private final Loop loop;
    private final ServerCallStreamObserver<PresenceNews> out;

    /** Null: access isn't controlled. */
    private final @Nullable Caller caller;

    private final Map<String, Place> entered = new HashMap<>();
    private final Map<String, Runnable> watched = new HashMap<>();
    private String client = "";
    private int changesAhead;
    private int unheard;
    private int framesHeld;
    private boolean ended;

    PresenceStream(
            PresenceCalls.Parts parts, Loop loop, ServerCallStreamObserver<PresenceNews> out, @Nullable Caller caller) {
        this.parts = parts;
        this.loop = loop;
        this.out = out;
        this.caller = caller;
        out.setOnReadyHandler(() -> loop.execute(this::ready));
    }

    private void ready() {
        changesAhead = 0;
        if (!ended && framesHeld > 0) {
            out.request(framesHeld);
            framesHeld = 0;
        }
    }

    void begin() {
        Error refused = caller == null ? null : caller.openStream();
        if (refused != null) {
            ended = true;
            out.onError(Errors.toStatus(refused));
        } else {
            out.request(1);
            lookLater();
        }
    }

    @Override
    public void onNext(PresenceFrame frame) {
        loop.execute(() -> {
            if (!ended) {
                handle(frame);
            }
            if (!ended && out.isReady()) {
                out.request(1);
            } else {
                // A client that only talks isn't heard until it takes its answers.
                framesHeld++;
            }
        });
    }

    @Override
    public void onError(Throwable gone) {
        gone();
    }

    @Override
    public void onCompleted() {
        loop.execute(() -> {
            if (!ended) {
                end();
                leaveAll();
                out.onCompleted();
            }
        });
    }

    /** The stream broke. */
    void gone() {
        loop.execute(() -> {
            if (!ended) {
                end();
                loop.schedule(GRACE_MILLIS, this::leaveAll);
            }
        });
    }

    // ---- frames

    private void handle(PresenceFrame frame) {
        boolean first = client.isEmpty();
        boolean hello = frame.getFrameCase() == PresenceFrame.FrameCase.HELLO;
        if (first != hello) {
            violation("frame", frame.getFrameCase(), first ? "HELLO first" : "HELLO only once");
            return;
        }
        try {
            switch (frame.getFrameCase()) {
                case HELLO -> hello(frame.getHello().getSecret());
                case ENTER -> enter(frame.getRequestId(), frame.getEnter());
                case LEAVE -> leave(frame.getRequestId(), frame.getLeave().getChannel());
                case WATCH -> watch(frame.getRequestId(), frame.getWatch().getChannel());
                case UNWATCH -> unwatch(frame.getRequestId(), frame.getUnwatch().getChannel());
                case FRAME_NOT_SET -> violation("frame", "none", "exactly one");
            }
        } catch (ReplicationException refused) {
            answer(frame.getRequestId(), refused.error());
        }
    }

    private void hello(ByteString secret) {
        if (secret.size() < SECRET_BYTES_MIN || secret.size() > SECRET_BYTES_MAX) {
            violation("hello.secret bytes", secret.size(), SECRET_BYTES_MIN + " to " + SECRET_BYTES_MAX);
        } else {
            client = nameOf(secret);
        }
    }

    /** Whoever sees the name doesn't know the secret. */
    private static String nameOf(ByteString secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.toByteArray());
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private void enter(long requestId, EnterChannel request) {
        Place place = allowed(request.getChannel());
        checkHeard();
        int bytes = request.getData().size();
        if (bytes > Limits.MEMBER_INFO_BYTES_MAX) {
            throw refused(
                    Reason.REASON_INVALID_ARGUMENT,
                    Checks.text("data bytes", bytes, "at most " + Limits.MEMBER_INFO_BYTES_MAX));
        }
        checkRoom(place.channel());
        PresenceEnter enter = PresenceEnter.newBuilder()
                .setChannel(place.channel())
                .setClient(client)
                .setUser(caller == null ? "" : caller.user())
                .setChannelInfo(request.getData())
                .build();
        parts.owners().take(place.channel(), client, this, () -> parts.desk()
                .enter(place.shard(), enter)
                .ifPresent(malformed -> {
                    throw new ReplicationException(malformed);
                }));
        entered.put(place.channel(), place);
        answerWhenTold(requestId, place);
    }

    private void leave(long requestId, String written) {
        Place place = parts.place(written);
        checkHeard();
        if (entered.remove(place.channel()) != null) {
            leave(place);
        }
        answerWhenTold(requestId, place);
    }

    private void watch(long requestId, String written) {
        Place place = allowed(written);
        checkRoom(place.channel());
        watched.computeIfAbsent(place.channel(), channel -> parts.fanout()
                .members()
                .watch(place.shard(), channel, loop, events -> tell(channel, events)));
        answer(requestId, null);
    }

    private void unwatch(long requestId, String written) {
        Runnable watch = watched.remove(parts.place(written).channel());
        if (watch != null) {
            watch.run();
        }
        answer(requestId, null);
    }

    /** The channel, if the client may have anything to do with its members. */
    private Place allowed(String written) {
        Error denied = caller == null ? null : caller.may(Permission.PERMISSION_PRESENCE, written);
        if (denied != null) {
            throw new ReplicationException(denied);
        }
        return parts.place(written);
    }

    private void checkHeard() {
        if (unheard >= UNHEARD_MAX) {
            throw refused(
                    Reason.REASON_OVERLOADED,
                    Checks.text("changes not heard of yet", unheard + 1, "at most " + UNHEARD_MAX));
        }
    }

    private void checkRoom(String channel) {
        int count = entered.size() + watched.size();
        if (count >= CHANNELS_MAX && !entered.containsKey(channel) && !watched.containsKey(channel)) {
            throw refused(
                    Reason.REASON_TOO_MANY_SUBSCRIPTIONS,
                    Checks.text("channels", count + 1, "at most " + CHANNELS_MAX + " that a client is in or watches"));
        }
    }

    private static ReplicationException refused(Reason reason, String text) {
        return new ReplicationException(Errors.of(reason, text));
    }

    // ---- news

    private void answerWhenTold(long requestId, Place place) {
        unheard++;
        parts.desk()
                .heard(place.shard())
                .thenRun(() -> loop.execute(() -> {
                    unheard--;
                    answer(requestId, null);
                }));
    }

    private void answer(long requestId, @Nullable Error error) {
        PresenceAnswer.Builder answer = PresenceAnswer.newBuilder().setRequestId(requestId);
        if (error != null) {
            answer.setError(error);
        }
        send(PresenceNews.newBuilder().setAnswer(answer));
    }

    private void tell(String channel, List<PresenceEvent> events) {
        if (!watched.containsKey(channel)) {
            return;
        }
        changesAhead = out.isReady() ? 0 : changesAhead + events.size();
        if (changesAhead > CHANGES_AHEAD_MAX) {
            fail(Errors.of(
                    Reason.REASON_SLOW_CONSUMER,
                    Checks.text("changes of members not taken", changesAhead, "at most " + CHANGES_AHEAD_MAX)));
            return;
        }
        MemberChanges.Builder changes = MemberChanges.newBuilder().setChannel(channel);
        for (PresenceEvent event : events) {
            changes.addChanges(MemberChange.newBuilder()
                    .setKind(kind(event.kind()))
                    .setMember(PresenceCalls.written(event.member())));
        }
        send(PresenceNews.newBuilder().setChanges(changes));
    }

    private static MemberChangeKind kind(PresenceEvent.Kind kind) {
        return switch (kind) {
            case JOINED -> MemberChangeKind.MEMBER_CHANGE_KIND_ENTERED;
            case UPDATED -> MemberChangeKind.MEMBER_CHANGE_KIND_UPDATED;
            case LEFT -> MemberChangeKind.MEMBER_CHANGE_KIND_LEFT;
        };
    }

    private void send(PresenceNews.Builder news) {
        if (!ended) {
            out.onNext(news.build());
        }
    }

    // ---- the end

    private void lookLater() {
        if (caller != null) {
            loop.schedule(CREDENTIAL_MILLIS, () -> {
                Error problem = ended ? null : caller.problem();
                if (problem != null) {
                    fail(problem);
                } else if (!ended) {
                    lookLater();
                }
            });
        }
    }

    private void violation(String name, Object value, String expected) {
        fail(Errors.of(Reason.REASON_PROTOCOL_VIOLATION, Checks.text(name, value, expected)));
    }

    private void fail(Error error) {
        if (!ended) {
            end();
            boolean comesAgain = error.getReason() == Reason.REASON_CREDENTIAL_EXPIRED
                    || error.getReason() == Reason.REASON_SLOW_CONSUMER;
            loop.schedule(comesAgain ? GRACE_MILLIS : 0, this::leaveAll);
            out.onError(Errors.toStatus(error));
        }
    }

    private void end() {
        ended = true;
        if (caller != null) {
            caller.closeStream();
        }
        watched.values().forEach(Runnable::run);
        watched.clear();
    }

    private void leaveAll() {
        entered.values().forEach(this::leave);
        entered.clear();
    }

    private void leave(Place place) {
        parts.owners()
                .leave(place.channel(), client, this, () -> parts.desk().leave(place.shard(), place.channel(), client));
    }
}
