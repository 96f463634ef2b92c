package dev.skein.server.session;

import dev.skein.core.ChannelName;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.ChannelMember;
import dev.skein.proto.client.v1.CountMembersRequest;
import dev.skein.proto.client.v1.CountMembersResponse;
import dev.skein.proto.client.v1.ListMembersRequest;
import dev.skein.proto.client.v1.ListMembersResponse;
import dev.skein.proto.client.v1.PresenceFrame;
import dev.skein.proto.client.v1.PresenceGrpc;
import dev.skein.proto.client.v1.PresenceNews;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.presence.Member;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loops;
import dev.skein.server.presence.PresenceDesk;
import dev.skein.server.publish.PublishCheck;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The Presence service. Thread-safe. */
final class PresenceCalls extends PresenceGrpc.PresenceImplBase {

    private static final int PAGE_MAX = 1_000;

    /** What a stream needs. */
    record Parts(ShardMap shards, Fanout fanout, PresenceDesk desk, Loops loops, Owners owners) {

        Parts(ShardMap shards, Fanout fanout, PresenceDesk desk, Loops loops) {
            this(shards, fanout, desk, loops, new Owners());
        }

        /**
         * Where a channel's members are.
         *
         * @throws ReplicationException when there is no such channel, or presence is switched off for it
         */
        Place place(String written) {
            ChannelName name;
            try {
                name = ChannelName.parse(written);
            } catch (IllegalArgumentException invalid) {
                throw refused(Reason.REASON_INVALID_CHANNEL, String.valueOf(invalid.getMessage()));
            }
            ShardId shard = shards.shardOf(name)
                    .orElseThrow(
                            () -> new ReplicationException(PublishCheck.unknownNamespace(shards, name.namespace())));
            if (shards.presence(name.namespace()).isEmpty()) {
                throw refused(
                        Reason.REASON_PRESENCE_OFF,
                        "namespace: " + name.namespace() + " (expected: one with presence switched on)");
            }
            return new Place(shard, name.full());
        }

        private static ReplicationException refused(Reason reason, String text) {
            return new ReplicationException(Errors.of(reason, text));
        }
    }

    /**
     * Which stream speaks for a client in a channel: the one that entered last. What others still want to say of it, because they were its streams
     * before, is of no account. Thread-safe.
     */
    static final class Owners {

        private record Key(String channel, String client) {}

        private final Map<Key, PresenceStream> owners = new ConcurrentHashMap<>();

        /** The stream speaks for the client from now on, and says this. */
        void take(String channel, String client, PresenceStream stream, Runnable word) {
            owners.compute(new Key(channel, client), (key, before) -> {
                word.run();
                return stream;
            });
        }

        /** The stream's last word, if it is its to say. */
        void leave(String channel, String client, PresenceStream stream, Runnable word) {
            owners.computeIfPresent(new Key(channel, client), (key, owner) -> {
                if (owner == stream) {
                    word.run();
                }
                return owner == stream ? null : owner;
            });
        }
    }

    /** A channel with presence. */
    record Place(ShardId shard, String channel) {}

    private final Parts parts;
    private final AtomicInteger opened = new AtomicInteger();

    PresenceCalls(Parts parts) {
        this.parts = parts;
    }

    @Override
    public StreamObserver<PresenceFrame> attend(StreamObserver<PresenceNews> observer) {
        ServerCallStreamObserver<PresenceNews> out = (ServerCallStreamObserver<PresenceNews>) observer;
        out.disableAutoRequest();
        Caller caller = Caller.ofCall();
        PresenceStream stream = new PresenceStream(parts, parts.loops().here(opened.incrementAndGet()), out, caller);
        out.setOnCancelHandler(stream::gone);
        stream.begin();
        return stream;
    }

    @Override
    public void listMembers(ListMembersRequest request, StreamObserver<ListMembersResponse> out) {
        int limit = request.getLimit() <= 0 ? PAGE_MAX : Math.min(PAGE_MAX, request.getLimit());
        ask(request.getChannel(), out, place -> parts.fanout()
                .reads()
                .members(place.shard(), place.channel(), request.getAfter(), limit)
                .thenApply(page -> {
                    ListMembersResponse.Builder response =
                            ListMembersResponse.newBuilder().setMore(page.more());
                    page.members().forEach(member -> response.addMembers(written(member)));
                    return response.build();
                }));
    }

    @Override
    public void countMembers(CountMembersRequest request, StreamObserver<CountMembersResponse> out) {
        ask(request.getChannel(), out, place -> parts.fanout()
                .reads()
                .memberCounts(place.shard(), place.channel())
                .thenApply(counts -> CountMembersResponse.newBuilder()
                        .setMembers(counts.members())
                        .setUsers(counts.users())
                        .build()));
    }

    private <T> void ask(String channel, StreamObserver<T> out, Function<Place, CompletableFuture<T>> question) {
        Caller caller = Caller.ofCall();
        Error denied = caller == null ? null : caller.mayAsk(channel);
        if (denied != null) {
            out.onError(Errors.toStatus(denied));
            return;
        }
        CompletableFuture<T> answer;
        try {
            Place place = parts.place(channel);
            // What clients of this node did is known here at once.
            answer = parts.desk().told(place.shard()).thenCompose(told -> question.apply(place));
        } catch (ReplicationException refused) {
            answer = CompletableFuture.failedFuture(refused);
        }
        answer.whenComplete((value, failure) -> {
            if (failure == null) {
                out.onNext(value);
                out.onCompleted();
            } else {
                out.onError(Errors.toStatus(ChannelReads.errorOf(failure)));
            }
        });
    }

    static ChannelMember written(Member member) {
        return ChannelMember.newBuilder()
                .setClient(member.client())
                .setUser(member.user())
                .setData(member.channelInfo())
                .setConnectionData(member.info())
                .build();
    }
}
