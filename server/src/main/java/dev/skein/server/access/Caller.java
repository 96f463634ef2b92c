package dev.skein.server.access;

import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import io.grpc.Context;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of one stream or call, and what it may do. Decisions on channels are remembered. Owned by the stream's loop;
 * a unary call has one of its own.
 */
public final class Caller {

    /** Channels whose decision is remembered; when it is full, all are forgotten. */
    private static final int CHANNELS_KNOWN_MAX = 256;

    private static final String SUBJECT = "sub:";

    private static final Context.Key<Caller> OF_CALL = Context.key("skein-caller");

    private final AccessControl access;
    private final TimeSource time;
    private final Usage connection;

    private final Map<String, Integer> rights = new HashMap<>();
    private Grant grant;
    private Usage shared;
    private AccessState seen;
    private boolean streaming;

    Caller(AccessControl access, Grant grant, Usage connection, TimeSource time) {
        this.access = access;
        this.time = time;
        this.connection = connection;
        this.grant = grant;
        this.shared = access.usageOf(grant);
        // What the grant was checked against may be older than what holds now.
        this.seen = AccessState.NOTHING;
    }

    /** The caller of the gRPC call that this thread handles; null: access isn't controlled. */
    public static @Nullable Caller ofCall() {
        return OF_CALL.get();
    }

    Context in(Context context) {
        return context.withValue(OF_CALL, this);
    }

    /** Who it is. */
    public String holder() {
        return grant.holder();
    }

    /** Who it is, as others see it: of a token whom it names, else the holder. */
    public String user() {
        return holder().startsWith(SUBJECT) ? holder().substring(SUBJECT.length()) : holder();
    }

    /** What its token says of a connection of the edge; nothing for other credentials. */
    public ConnectionClaims connectionClaims() {
        return grant.source() instanceof Grant.Token token ? token.connection() : ConnectionClaims.NONE;
    }

    /** Milliseconds until the credential expires, at least 1; 0: never. */
    public long expiresInMillis() {
        return grant.expiresMs() == Long.MAX_VALUE ? 0 : Math.max(1, grant.expiresMs() - time.wallMillis());
    }

    /** Why the credential isn't good any more, or null. Cheap: asked again and again while a stream lasts. */
    public @Nullable Error problem() {
        AccessState now = access.state();
        if (now == seen && grant.expiresMs() > time.wallMillis()) {
            return null;
        }
        Error problem = access.problem(grant, now);
        seen = problem == null ? now : seen;
        return problem;
    }

    /**
     * Whether something may be done on a channel.
     *
     * @param written the channel as the client wrote it
     * @return null, or why not
     */
    public @Nullable Error may(Permission permission, String written) {
        Error problem = problem();
        return problem == null ? allowed(permission, written) : problem;
    }

    /** Whether a section may be published; what is let in counts. Null, or why not. */
    public @Nullable Error mayPublish(SectionView section) {
        Error problem = problem();
        for (int part = 0; problem == null && part < section.parts(); part++) {
            problem = allowed(Permission.PERMISSION_PUBLISH, section.channel(part));
        }
        return problem == null ? take(section.messages(), section.size()) : problem;
    }

    /** Whether a channel's past may be read; it counts as a message. Null, or why not. */
    public @Nullable Error mayRead(String written) {
        Error problem = may(Permission.PERMISSION_HISTORY, written);
        return problem == null ? take(1, 0) : problem;
    }

    /** Whether a channel's members may be asked for; it counts as a message. Null, or why not. */
    public @Nullable Error mayAsk(String written) {
        Error problem = may(Permission.PERMISSION_PRESENCE, written);
        return problem == null ? take(1, 0) : problem;
    }

    /** Whether anything is allowed in a namespace. Null, or why not. */
    public @Nullable Error mayKnow(String namespace) {
        Error problem = problem();
        return problem != null || grant.capabilities().reach(namespace)
                ? problem
                : denied("namespace", namespace, "one in which " + holder() + " may do something", Map.of());
    }

    /** Whether the cluster may be operated. Null, or why not. */
    public @Nullable Error mayOperate() {
        Error problem = problem();
        return problem != null || grant.capabilities().mayOperate()
                ? problem
                : denied("permission", "none", "admin for " + holder(), Map.of("permission", "admin"));
    }

    /** A stream begins; null, or why it may not. */
    public @Nullable Error openStream() {
        Error problem = connection.openStream();
        if (problem == null) {
            problem = shared.openStream();
            if (problem == null) {
                streaming = true;
            } else {
                connection.closeStream();
            }
        }
        return problem;
    }

    /** The stream has ended; more than once does no harm. */
    public void closeStream() {
        if (streaming) {
            streaming = false;
            connection.closeStream();
            shared.closeStream();
        }
    }

    /** Goes on with a new credential of the same holder; null, or why not. */
    public @Nullable Error refresh(String authorization) {
        AccessVerdict verdict = access.authenticate(authorization);
        if (verdict instanceof AccessVerdict.Refused refused) {
            return refused.error();
        }
        Grant newer = ((AccessVerdict.Granted) verdict).grant();
        if (!newer.holder().equals(grant.holder())) {
            return Errors.of(
                    Reason.REASON_UNAUTHENTICATED,
                    Checks.text("refresh.authorization", "of " + newer.holder(), "one of " + grant.holder()));
        }
        grant = newer;
        seen = AccessState.NOTHING;
        rights.clear();
        return null;
    }

    /**
     * Another end than the credential's, from whoever has let the caller in.
     *
     * @param wallMillis {@link Long#MAX_VALUE}: none
     */
    public void endAt(long wallMillis) {
        grant = grant.endingAt(wallMillis);
        seen = AccessState.NOTHING;
    }

    private @Nullable Error allowed(Permission permission, String written) {
        Integer mask = rights.get(written);
        if (mask == null) {
            try {
                mask = grant.capabilities().on(ChannelName.parse(written).full());
            } catch (IllegalArgumentException invalid) {
                return Errors.of(Reason.REASON_INVALID_CHANNEL, String.valueOf(invalid.getMessage()));
            }
            if (rights.size() >= CHANNELS_KNOWN_MAX) {
                rights.clear();
            }
            rights.put(written, mask);
        }
        if ((mask & Capabilities.bit(permission)) != 0) {
            return null;
        }
        String word = TokenClaims.wordOf(permission);
        return denied(
                "channel",
                written,
                "one on which " + holder() + " may " + word,
                Map.of("permission", word, "channel", written));
    }

    private @Nullable Error take(int messages, int bytes) {
        long now = time.nanoTime();
        Error exceeded = connection.exceeded(now);
        if (exceeded == null) {
            exceeded = shared.exceeded(now);
        }
        if (exceeded == null) {
            connection.charge(messages, bytes, now);
            shared.charge(messages, bytes, now);
        }
        return exceeded;
    }

    private static Error denied(String name, String value, String expected, Map<String, String> metadata) {
        return Errors.of(Reason.REASON_PERMISSION_DENIED, Checks.text(name, value, expected), metadata);
    }
}
