package dev.skein.client.internal;

import dev.skein.client.ChannelExtent;
import dev.skein.client.Gap;
import dev.skein.client.HistoryPage;
import dev.skein.client.HistoryQuery;
import dev.skein.client.Routes;
import dev.skein.client.internal.core.Channel;
import dev.skein.client.internal.core.MessageReader;
import dev.skein.client.internal.core.Wire;
import dev.skein.client.internal.grpc.Requests;
import dev.skein.proto.client.v1.DescribeChannelRequest;
import dev.skein.proto.client.v1.DescribeChannelResponse;
import dev.skein.proto.client.v1.DescribeNamespaceRequest;
import dev.skein.proto.client.v1.DescribeNamespaceResponse;
import dev.skein.proto.client.v1.HistoryRequest;
import dev.skein.proto.client.v1.HistoryResponse;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.RoutingGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The client's reads: history, descriptions, routes. All are harmless to repeat. */
final class ChannelRequests {

    private final Requests requests;
    private final Duration timeout;

    ChannelRequests(Requests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    CompletableFuture<HistoryPage> history(HistoryQuery query) {
        String channel = Channel.parse(query.channel()).full();
        HistoryRequest.Builder request = HistoryRequest.newBuilder()
                .setChannel(channel)
                .setBackward(query.backward())
                .setLimit(query.limit())
                .setEpoch(query.epoch().orElse(0))
                .setAllowStale(query.allowStale());
        query.fromSerial().ifPresent(request::setFromSerial);
        return requests.<HistoryResponse>send(timeout, true, (via, millis, answer) -> MessagingGrpc.newStub(via)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .history(request.build(), answer))
                .thenApply(response -> page(query, channel, response));
    }

    CompletableFuture<ChannelExtent> describeChannel(String name) {
        DescribeChannelRequest request = DescribeChannelRequest.newBuilder()
                .setChannel(Channel.parse(name).full())
                .build();
        return requests.<DescribeChannelResponse>send(timeout, true, (via, millis, answer) -> MessagingGrpc.newStub(via)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .describeChannel(request, answer))
                .thenApply(response ->
                        new ChannelExtent(response.getEpoch(), response.getFirstSerial(), response.getLastSerial()));
    }

    CompletableFuture<DescribeNamespaceResponse> describeNamespace(String namespace) {
        DescribeNamespaceRequest request =
                DescribeNamespaceRequest.newBuilder().setNamespace(namespace).build();
        return requests.send(timeout, true, (via, millis, answer) -> MessagingGrpc.newStub(via)
                .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                .describeNamespace(request, answer));
    }

    /** The request is made on the loop, for each attempt. */
    CompletableFuture<Routes> routes(Supplier<ResolveRequest> request) {
        return requests.<RouteTable>send(timeout, true, (via, millis, answer) -> RoutingGrpc.newStub(via)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .resolve(request.get(), answer))
                .thenApply(ChannelRequests::routes);
    }

    private static HistoryPage page(HistoryQuery query, String channel, HistoryResponse response) {
        long epoch = response.getEpoch();
        long next = response.getNextSerial();
        MessageReader reader = new MessageReader(channel);
        return new HistoryPage(
                query,
                new ChannelExtent(epoch, response.getFirstSerial(), response.getLastSerial()),
                response.getMessagesList().stream()
                        .map(message -> reader.read(epoch, message))
                        .toList(),
                response.getGapsList().stream()
                        .map(gap -> new Gap(
                                channel,
                                epoch,
                                gap.getFirstSerial(),
                                gap.getLastSerial(),
                                Wire.gapCause(gap.getCause())))
                        .toList(),
                next == 0 ? OptionalLong.empty() : OptionalLong.of(next));
    }

    private static Routes routes(RouteTable table) {
        return new Routes(
                table.getClusterId(),
                table.getAnsweredBy(),
                table.getRegionsList().stream().map(ChannelRequests::region).toList());
    }

    private static Routes.RegionRoute region(RegionRoute region) {
        long micros = region.getRttMicros();
        return new Routes.RegionRoute(
                region.getRegion(),
                health(region.getHealth()),
                micros == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(micros * 1_000)),
                region.getNodesList().stream()
                        .map(node -> new Routes.NodeRoute(
                                node.getNode(),
                                node.getZone(),
                                node.getEndpoint(),
                                node.getLoadPercent(),
                                node.getDraining()))
                        .toList());
    }

    private static Routes.Health health(RegionHealth health) {
        return switch (health) {
            case REGION_HEALTH_HEALTHY -> Routes.Health.HEALTHY;
            case REGION_HEALTH_OVERLOADED -> Routes.Health.OVERLOADED;
            case REGION_HEALTH_DRAINING -> Routes.Health.DRAINING;
            case REGION_HEALTH_SUSPECT -> Routes.Health.SUSPECT;
            case REGION_HEALTH_DEAD -> Routes.Health.DEAD;
            default -> Routes.Health.UNKNOWN;
        };
    }
}
