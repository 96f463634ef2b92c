package dev.skein.client.internal;

import dev.skein.client.Member;
import dev.skein.client.MemberCounts;
import dev.skein.client.Payload;
import dev.skein.client.internal.grpc.Requests;
import dev.skein.proto.client.v1.ChannelMember;
import dev.skein.proto.client.v1.CountMembersRequest;
import dev.skein.proto.client.v1.CountMembersResponse;
import dev.skein.proto.client.v1.ListMembersRequest;
import dev.skein.proto.client.v1.ListMembersResponse;
import dev.skein.proto.client.v1.PresenceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Questions for who is there; harmless to repeat. */
final class PresenceRequests {

    private final Requests requests;
    private final Duration timeout;

    PresenceRequests(Requests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    /** All pages. */
    CompletableFuture<List<Member>> members(String channel) {
        return page(channel, "", new ArrayList<>());
    }

    private CompletableFuture<List<Member>> page(String channel, String after, List<Member> before) {
        ListMembersRequest request = ListMembersRequest.newBuilder()
                .setChannel(channel)
                .setAfter(after)
                .build();
        return requests.<ListMembersResponse>send(timeout, true, (via, millis, answer) -> PresenceGrpc.newStub(via)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .listMembers(request, answer))
                .thenCompose(page -> {
                    page.getMembersList().forEach(member -> before.add(member(member)));
                    return page.getMore() && page.getMembersCount() > 0
                            ? page(
                                    channel,
                                    page.getMembers(page.getMembersCount() - 1).getClient(),
                                    before)
                            : CompletableFuture.completedFuture(List.copyOf(before));
                });
    }

    CompletableFuture<MemberCounts> counts(String channel) {
        CountMembersRequest request =
                CountMembersRequest.newBuilder().setChannel(channel).build();
        return requests.<CountMembersResponse>send(timeout, true, (via, millis, answer) -> PresenceGrpc.newStub(via)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .countMembers(request, answer))
                .thenApply(counts -> new MemberCounts(counts.getMembers(), counts.getUsers()));
    }

    static Member member(ChannelMember member) {
        return new Member(
                member.getClient(),
                member.getUser(),
                Payload.of(member.getData().asReadOnlyByteBuffer()),
                Payload.of(member.getConnectionData().asReadOnlyByteBuffer()));
    }
}
