package dev.skein.server.edge;

import dev.skein.core.ChannelName;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.PresenceResult;
import dev.skein.proto.edge.v1.PresenceStatsResult;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.replication.presence.MemberPage;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.publish.PublishCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who is in a channel, for those who ask. Whether they may is looked at before. Answers are replies without an id. Thread-safe. */
final class MemberReads {

    private final EdgeParts parts;

    MemberReads(EdgeParts parts) {
        this.parts = parts;
    }

    /** A channel, and how its namespace keeps presence. */
    record Place(ShardId shard, String full, Optional<Presence> presence) {}

    /** Null when there is no such channel. */
    @Nullable
    Place place(String channel) {
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

    /** The members, as the codec can carry them. */
    CompletableFuture<Reply.Builder> members(String channel, Codec codec) {
        return ask(channel, place -> {
            List<MemberPage> pages = new ArrayList<>();
            return read(place, "", pages).thenApply(done -> answer(pages, codec));
        });
    }

    /** How many there are. */
    CompletableFuture<Reply.Builder> counts(String channel) {
        return ask(channel, place -> parts.fanout()
                .reads()
                .memberCounts(place.shard(), place.full())
                .thenApply(counts -> Reply.newBuilder()
                        .setPresenceStats(PresenceStatsResult.newBuilder()
                                .setNumClients((int) counts.members())
                                .setNumUsers((int) counts.users()))));
    }

    private CompletableFuture<Reply.Builder> ask(
            String channel, Function<Place, CompletableFuture<Reply.Builder>> question) {
        Place place = place(channel);
        if (place == null) {
            return CompletableFuture.completedFuture(refused(noSuchChannel(channel)));
        }
        if (place.presence().isEmpty()) {
            return CompletableFuture.completedFuture(refused(Refusal.NOT_AVAILABLE.error()));
        }
        return parts.presence()
                .told(place.shard())
                .thenCompose(told -> question.apply(place))
                .exceptionally(failure -> refused(Refusal.of(ChannelReads.errorOf(failure))));
    }

    private Error noSuchChannel(String channel) {
        try {
            ChannelName name = ChannelName.parse(channel);
            return Refusal.of(PublishCheck.unknownNamespace(parts.shards(), name.namespace()));
        } catch (IllegalArgumentException invalid) {
            return Refusal.BAD_REQUEST.error(String.valueOf(invalid.getMessage()));
        }
    }

    private static Reply.Builder refused(Error error) {
        return Reply.newBuilder().setError(error);
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
    private static Reply.Builder answer(List<MemberPage> pages, Codec codec) {
        if (isTooMuch(pages)) {
            return refused(Refusal.LIMIT_EXCEEDED.error("presence: more than " + EdgeLimits.MEMBERS_MAX + " members or "
                    + EdgeLimits.MEMBERS_BYTES_MAX + " bytes (expected: fewer; presence_stats counts them)"));
        }
        PresenceResult.Builder result = PresenceResult.newBuilder();
        pages.forEach(page -> page.members()
                .forEach(member -> result.putPresence(member.client(), MemberPushes.info(codec, member))));
        return Reply.newBuilder().setPresence(result);
    }

    private static boolean isTooMuch(List<MemberPage> pages) {
        long members = pages.stream().mapToLong(page -> page.members().size()).sum();
        long bytes = pages.stream()
                .flatMap(page -> page.members().stream())
                .mapToLong(MemberPushes::bytes)
                .sum();
        return members > EdgeLimits.MEMBERS_MAX || bytes > EdgeLimits.MEMBERS_BYTES_MAX;
    }
}
