package dev.skein.server.edge;

import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.server.access.Caller;
import dev.skein.server.edge.MemberReads.Place;
import dev.skein.server.loop.Loop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session's presence: it is in the channels it is subscribed to, hears who comes and goes there if it wants to, and may ask who is there.
 * Owned by the session's loop.
 */
final class EdgePresence {

    private final EdgeParts parts;
    private final Loop loop;
    private final EdgeSession session;
    private final MemberReads reads;
    private final Map<String, Being> channels = new HashMap<>();
    private int inFlight;
    private boolean closed;

    EdgePresence(EdgeParts parts, Loop loop, EdgeSession session) {
        this.parts = parts;
        this.loop = loop;
        this.session = session;
        this.reads = new MemberReads(parts);
    }

    // ---- being there

    /**
     * A subscription's answer is out.
     *
     * @param wantsEvents whether the client asked who comes and goes
     */
    void began(String channel, boolean wantsEvents) {
        Place place = reads.place(channel);
        if (closed || place == null || place.presence().isEmpty()) {
            return;
        }
        Being being = new Being(place);
        channels.put(channel, being);
        if (tells(place.presence().get(), wantsEvents) && maySee(channel)) {
            being.watch = parts.fanout()
                    .members()
                    .watch(place.shard(), place.full(), loop, events -> push(channel, being, events));
        }
        ClientInfo info = session.info(channel);
        parts.presence()
                .enter(
                        place.shard(),
                        PresenceEnter.newBuilder()
                                .setChannel(place.full())
                                .setClient(info.getClient())
                                .setUser(info.getUser())
                                .setInfo(info.getConnInfo())
                                .setChannelInfo(info.getChanInfo())
                                .build());
    }

    private static boolean tells(Presence presence, boolean wanted) {
        return presence.getForceJoinLeave() || wanted && presence.getJoinLeave();
    }

    /** A subscription is over. */
    void ended(String channel) {
        Being being = channels.remove(channel);
        if (being != null) {
            being.end();
        }
        if (being != null && !isStillIn(being.place.full())) {
            parts.presence()
                    .leave(
                            being.place.shard(),
                            being.place.full(),
                            session.info().getClient());
        }
    }

    /** A channel of the default namespace has two names. */
    private boolean isStillIn(String full) {
        return channels.values().stream().anyMatch(being -> being.place.full().equals(full));
    }

    private void push(String channel, Being being, List<PresenceEvent> events) {
        if (channels.get(channel) != being) {
            return;
        }
        MemberPushes encoded = parts.memberPushes(session.codec());
        List<byte[]> pushes = new ArrayList<>(events.size());
        for (PresenceEvent each : events) {
            if (each.kind() != PresenceEvent.Kind.UPDATED) {
                pushes.add(encoded.of(channel, each));
            }
        }
        session.push(pushes);
    }

    // ---- asking

    void presence(int commandId, String channel) {
        ask(commandId, channel, () -> reads.members(channel, session.codec()));
    }

    void stats(int commandId, String channel) {
        ask(commandId, channel, () -> reads.counts(channel));
    }

    private void ask(int commandId, String channel, Supplier<CompletableFuture<Reply.Builder>> question) {
        dev.skein.proto.edge.v1.Error unruly = unruly(channel);
        Caller caller = session.credential().caller();
        Error denied = unruly != null || caller == null ? null : caller.mayAsk(channel);
        if (unruly != null) {
            session.refuse(commandId, unruly);
        } else if (denied != null) {
            session.refuse(commandId, Refusal.of(denied));
        } else if (inFlight >= EdgeLimits.PRESENCE_IN_FLIGHT_MAX) {
            session.refuse(
                    commandId,
                    Refusal.TOO_MANY_REQUESTS.error("unanswered questions: " + (inFlight + 1) + " (expected: at most "
                            + EdgeLimits.PRESENCE_IN_FLIGHT_MAX + ")"));
        } else {
            inFlight++;
            question.get().thenAccept(answer -> loop.execute(() -> answered(commandId, answer)));
        }
    }

    private void answered(int commandId, Reply.Builder answer) {
        inFlight--;
        if (!closed) {
            session.reply(answer.setId(commandId).build());
        }
    }

    // ---- both

    private boolean maySee(String channel) {
        Caller caller = session.credential().caller();
        return unruly(channel) == null
                && (caller == null || caller.may(Permission.PERMISSION_PRESENCE, channel) == null);
    }

    /** Where presence is off nobody is refused here: there is nothing to see, and whoever asks hears that. */
    private dev.skein.proto.edge.v1.@Nullable Error unruly(String channel) {
        Place place = reads.place(channel);
        return place == null || place.presence().isEmpty()
                ? null
                : ChannelRules.of(parts.shards(), channel)
                        .presence(session.credential().user(), () -> session.channels()
                                .follows(channel));
    }

    /** Forgets everything; those subscriptions that aren't over are. */
    void close() {
        closed = true;
        new ArrayList<>(channels.keySet()).forEach(this::ended);
    }

    /** The client's being in a channel. */
    private static final class Being {

        private final Place place;
        private @Nullable Runnable watch;

        Being(Place place) {
            this.place = place;
        }

        void end() {
            if (watch != null) {
                watch.run();
            }
        }
    }
}
