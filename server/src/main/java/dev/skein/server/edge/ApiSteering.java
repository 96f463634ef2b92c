package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelName;
import dev.skein.proto.edge.v1.ApiChannel;
import dev.skein.proto.edge.v1.ApiChannelsRequest;
import dev.skein.proto.edge.v1.ApiChannelsResult;
import dev.skein.proto.edge.v1.ApiDisconnectRequest;
import dev.skein.proto.edge.v1.ApiInfoResult;
import dev.skein.proto.edge.v1.ApiNode;
import dev.skein.proto.edge.v1.ApiRefreshRequest;
import dev.skein.proto.edge.v1.ApiSteerResult;
import dev.skein.proto.edge.v1.ApiSubscribeRequest;
import dev.skein.proto.edge.v1.ApiUnsubscribeRequest;
import dev.skein.proto.node.v1.DescribeEdgeRequest;
import dev.skein.proto.node.v1.DisconnectOrder;
import dev.skein.proto.node.v1.RefreshOrder;
import dev.skein.proto.node.v1.SteerSessionsRequest;
import dev.skein.proto.node.v1.SubscribeOrder;
import dev.skein.proto.node.v1.UnsubscribeOrder;
import dev.skein.server.publish.PublishCheck;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What applications' servers want of sessions, wherever these are. Thread-safe. */
final class ApiSteering {

    private static final int CODE_MIN = 3_000;
    private static final int CODE_MAX = 4_999;

    private final EdgeParts parts;
    private final Steering steering;

    ApiSteering(EdgeParts parts) {
        this.parts = parts;
        this.steering = new Steering(parts);
    }

    CompletableFuture<ApiAnswer> subscribe(ApiSubscribeRequest request) {
        CompletableFuture<ApiAnswer> refusal = refusal(request.getChannel());
        if (refusal != null) {
            return refusal;
        }
        ChannelRules rules = ChannelRules.of(parts.shards(), request.getChannel());
        boolean recoverable = request.getOverride().hasForceRecovery()
                ? request.getOverride().getForceRecovery().getValue()
                : rules.recovers();
        boolean positioned = request.getOverride().hasForcePositioning()
                ? request.getOverride().getForcePositioning().getValue()
                : rules.positions();
        SubscribeOrder.Builder order = SubscribeOrder.newBuilder()
                .setChannel(request.getChannel())
                .setRecoverable(recoverable)
                .setPositioned(recoverable || positioned)
                .setRecover(request.hasRecoverSince())
                .setOffset(request.getRecoverSince().getOffset())
                .setEpoch(request.getRecoverSince().getEpoch());
        try {
            order.setInfo(ApiFields.bytes("b64info", request.getInfo(), request.getB64Info()))
                    .setData(ApiFields.bytes("b64data", request.getData(), request.getB64Data()))
                    .setExpiresMs(ApiFields.millis("expire_at", request.getExpireAt()));
        } catch (IllegalArgumentException malformed) {
            return ApiAnswer.badRequest(String.valueOf(malformed.getMessage()));
        }
        return steer(
                of(request.getUser(), request.getClient(), request.getSession()).setSubscribe(order));
    }

    CompletableFuture<ApiAnswer> unsubscribe(ApiUnsubscribeRequest request) {
        CompletableFuture<ApiAnswer> refusal = refusal(request.getChannel());
        return refusal != null
                ? refusal
                : steer(of(request.getUser(), request.getClient(), request.getSession())
                        .setUnsubscribe(UnsubscribeOrder.newBuilder().setChannel(request.getChannel())));
    }

    CompletableFuture<ApiAnswer> disconnect(ApiDisconnectRequest request) {
        int code = Farewell.FORCED.code();
        String reason = Farewell.FORCED.reason();
        if (request.hasDisconnect()) {
            code = request.getDisconnect().getCode();
            reason = request.getDisconnect().getReason();
        }
        if (code < CODE_MIN || code > CODE_MAX) {
            return ApiAnswer.badRequest("disconnect.code: " + Integer.toUnsignedString(code) + " (expected: " + CODE_MIN
                    + " to " + CODE_MAX + ")");
        }
        if (ByteString.copyFromUtf8(reason).size() > Farewell.REASON_BYTES_MAX
                || EdgeParts.JSON.carries(ByteString.copyFromUtf8(reason).toByteArray())) {
            return ApiAnswer.badRequest("disconnect.reason: " + reason + " (expected: at most "
                    + Farewell.REASON_BYTES_MAX + " bytes that are no JSON)");
        }
        return steer(of(request.getUser(), request.getClient(), request.getSession())
                .setDisconnect(DisconnectOrder.newBuilder()
                        .setCode(code)
                        .setReason(reason)
                        .addAllSpared(request.getWhitelistList())));
    }

    CompletableFuture<ApiAnswer> refresh(ApiRefreshRequest request) {
        RefreshOrder.Builder order =
                RefreshOrder.newBuilder().setExpired(request.getExpired()).setInfo(request.getInfo());
        try {
            order.setExpiresMs(ApiFields.millis("expire_at", request.getExpireAt()));
        } catch (IllegalArgumentException malformed) {
            return ApiAnswer.badRequest(String.valueOf(malformed.getMessage()));
        }
        return steer(
                of(request.getUser(), request.getClient(), request.getSession()).setRefresh(order));
    }

    CompletableFuture<ApiAnswer> info() {
        return steering.describe(DescribeEdgeRequest.getDefaultInstance()).thenApply(all -> {
            ApiInfoResult.Builder result = ApiInfoResult.newBuilder().addAllUnreached(all.unreached());
            all.answers().forEach((node, edge) -> {
                if (edge.getOpen()) {
                    result.addNodes(ApiNode.newBuilder()
                            .setUid(node)
                            .setName(node)
                            .setVersion(EdgeParts.VERSION)
                            .setNumClients(edge.getSessions())
                            .setNumUsers(edge.getUsers())
                            .setNumSubs(edge.getSubscriptions())
                            .setNumChannels(edge.getChannelCount())
                            .setUptime(edge.getUptimeSeconds()));
                }
            });
            return new ApiAnswer.Result(result.build());
        });
    }

    CompletableFuture<ApiAnswer> channels(ApiChannelsRequest request) {
        DescribeEdgeRequest asked = DescribeEdgeRequest.newBuilder()
                .setChannels(true)
                .setPattern(request.getPattern())
                .build();
        return steering.describe(asked).thenApply(all -> {
            Map<String, Integer> clients = new TreeMap<>();
            all.answers().values().forEach(edge -> edge.getChannelsList()
                    .forEach(each -> clients.merge(each.getName(), each.getSessions(), Integer::sum)));
            if (all.answers().values().stream().anyMatch(edge -> edge.getCut())) {
                return new ApiAnswer.Refused(Refusal.BAD_REQUEST.error("pattern: of more than "
                        + EdgeLimits.CHANNELS_TOLD_MAX + " channels of a node (expected: a narrower one)"));
            }
            ApiChannelsResult.Builder result = ApiChannelsResult.newBuilder().addAllUnreached(all.unreached());
            clients.forEach((channel, count) -> result.putChannels(
                    channel, ApiChannel.newBuilder().setNumClients(count).build()));
            return new ApiAnswer.Result(result.build());
        });
    }

    private CompletableFuture<ApiAnswer> steer(SteerSessionsRequest.Builder request) {
        return steering.steer(request.build())
                .thenApply(all -> new ApiAnswer.Result(ApiSteerResult.newBuilder()
                        .addAllUnreached(all.unreached())
                        .build()));
    }

    private static SteerSessionsRequest.Builder of(String user, String client, String session) {
        return SteerSessionsRequest.newBuilder().setUser(user).setClient(client).setSession(session);
    }

    /** Why no session can follow a channel of that name; null: nothing speaks against it. */
    private @Nullable CompletableFuture<ApiAnswer> refusal(String channel) {
        int bytes = ByteString.copyFromUtf8(channel).size();
        if (channel.isEmpty() || bytes > EdgeLimits.CHANNEL_BYTES_MAX) {
            return ApiAnswer.badRequest(
                    "channel: " + bytes + " bytes (expected: 1 to " + EdgeLimits.CHANNEL_BYTES_MAX + ")");
        }
        try {
            ChannelName name = ChannelName.parse(channel);
            return parts.shards().shardOf(name).isPresent()
                    ? null
                    : ApiAnswer.refused(PublishCheck.unknownNamespace(parts.shards(), name.namespace()));
        } catch (IllegalArgumentException invalid) {
            return ApiAnswer.badRequest(String.valueOf(invalid.getMessage()));
        }
    }
}
