package dev.skein.server.edge;

import dev.skein.core.ChannelName;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.PresenceResult;
import dev.skein.proto.edge.v1.PresenceStatsResult;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.loop.Loop;
import dev.skein.server.publish.PublishCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's presence: it is in the channels it is subscribed to, hears who comes and goes there if it wants to, and may ask who is there.
 * Owned by the session's loop.
 */
final class EdgePresence {

    private final EdgeParts parts;
    private final Loop loop;
    private final EdgeSession session;
    private final Map<String, Being> channels = new HashMap<>();
    private int inFlight;
    private boolean closed;

    EdgePresence(EdgeParts parts, Loop loop, EdgeSession session) {
        this.parts = parts;
        this.loop = loop;
        this.session = session;
    }

    // ---- being there

    /**
     * A subscription's answer is out.
     *
     * @param wantsEvents whether the client asked who comes and goes
     */
    void began(String channel, boolean wantsEvents) {
        Place place = place(channel);
        if (closed || place == null || place.presence().isEmpty()) {
            return;
        }
        Being being = new Being(place);
        channels.put(channel, being);
        if (tells(place.presence().get(), wantsEvents) && denied(channel) == null) {
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
        ask(commandId, channel, place -> {
            List<MemberPage> pages = new ArrayList<>();
            return read(place, "", pages).thenApply(done -> answer(pages));
        });
    }

    void stats(int commandId, String channel) {
        ask(commandId, channel, place -> parts.fanout()
                .reads()
                .memberCounts(place.shard(), place.full())
                .thenApply(counts -> Reply.newBuilder()
                        .setPresenceStats(PresenceStatsResult.newBuilder()
                                .setNumClients((int) counts.members())
                                .setNumUsers((int) counts.users()))));
    }

    private void ask(int commandId, String channel, Question question) {
        Place place = place(channel);
        Caller caller = session.caller();
        Error denied = caller == null ? null : caller.mayAsk(channel);
        if (denied != null) {
            session.refuse(commandId, Refusal.of(denied));
        } else if (place == null) {
            refuseName(commandId, channel);
        } else if (place.presence().isEmpty()) {
            session.refuse(commandId, Refusal.NOT_AVAILABLE.error());
        } else if (inFlight >= EdgeLimits.PRESENCE_IN_FLIGHT_MAX) {
            session.refuse(
                    commandId,
                    Refusal.TOO_MANY_REQUESTS.error("unanswered questions: " + (inFlight + 1) + " (expected: at most "
                            + EdgeLimits.PRESENCE_IN_FLIGHT_MAX + ")"));
        } else {
            inFlight++;
            parts.presence()
                    .told(place.shard())
                    .thenCompose(told -> question.ask(place))
                    .whenComplete((answer, failure) -> loop.execute(() -> answered(commandId, answer, failure)));
        }
    }

    private void refuseName(int commandId, String channel) {
        try {
            ChannelName name = ChannelName.parse(channel);
            session.refuse(commandId, Refusal.of(PublishCheck.unknownNamespace(parts.shards(), name.namespace())));
        } catch (IllegalArgumentException invalid) {
            session.refuse(commandId, Refusal.BAD_REQUEST.error(String.valueOf(invalid.getMessage())));
        }
    }

    private void answered(int commandId, Reply.@Nullable Builder answer, @Nullable Throwable failure) {
        inFlight--;
        if (closed) {
            return;
        }
        if (answer == null) {
            session.refuse(commandId, Refusal.of(ChannelReads.errorOf(Objects.requireNonNull(failure))));
        } else {
            session.reply(answer.setId(commandId).build());
        }
    }

    private CompletableFuture<Void> read(Place place, String after, List<MemberPage> pages) {
        return parts.fanout()
                .reads()
                .members(place.shard(), place.full(), after, EdgeLimits.MEMBERS_MAX + 1)
                .thenCompose(page -> {
                    pages.add(page);
                    boolean goesOn = page.more() && !page.members().isEmpty() && !isTooMuch(pages);
                    return goesOn
                            ? read(
                                    place,
                                    page.members()
                                            .get(page.members().size() - 1)
                                            .client(),
                                    pages)
                            : CompletableFuture.completedFuture(null);
                });
    }

    /** More than a client can be sent is refused rather than cut: nobody could tell. */
    private Reply.Builder answer(List<MemberPage> pages) {
        if (isTooMuch(pages)) {
            return Reply.newBuilder()
                    .setError(Refusal.LIMIT_EXCEEDED.error("presence: more than " + EdgeLimits.MEMBERS_MAX
                            + " members or " + EdgeLimits.MEMBERS_BYTES_MAX
                            + " bytes (expected: fewer; presence_stats counts them)"));
        }
        PresenceResult.Builder result = PresenceResult.newBuilder();
        pages.forEach(page -> page.members()
                .forEach(member -> result.putPresence(member.client(), MemberPushes.info(session.codec(), member))));
        return Reply.newBuilder().setPresence(result);
    }

    private static boolean isTooMuch(List<MemberPage> pages) {
        long members = pages.stream().mapToLong(page -> page.members().size()).sum();
        long bytes = pages.stream()
                .flatMap(page -> page.members().stream())
                .mapToLong(member -> MemberPushes.bytes(member))
                .sum();
        return members > EdgeLimits.MEMBERS_MAX || bytes > EdgeLimits.MEMBERS_BYTES_MAX;
    }

    // ---- both

    private @Nullable Error denied(String channel) {
        Caller caller = session.caller();
        return caller == null ? null : caller.may(Permission.PERMISSION_PRESENCE, channel);
    }

    private @Nullable Place place(String channel) {
        try {
            ChannelName name = ChannelName.parse(channel);
            return parts.shards()
                    .shardOf(name)
                    .map(shard -> new Place(shard, name.full(), parts.shards().presence(name.namespace())))
                    .orElse(null);
        } catch (IllegalArgumentException invalid) {
            return null;
        }
    }

    /** Forgets everything; those subscriptions that aren't over are. */
    void close() {
        closed = true;
        new ArrayList<>(channels.keySet()).forEach(this::ended);
    }

    private interface Question {

        CompletableFuture<Reply.Builder> ask(Place place);
    }

    /** A channel, and how its namespace keeps presence. */
    private record Place(ShardId shard, String full, Optional<Presence> presence) {}

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
