package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.Limits;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.edge.v1.ApiBroadcastRequest;
import dev.skein.proto.edge.v1.ApiBroadcastResult;
import dev.skein.proto.edge.v1.ApiPublishRequest;
import dev.skein.proto.edge.v1.ApiPublishResponse;
import dev.skein.proto.edge.v1.ApiPublishResult;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.PublishOutcome;
import dev.skein.server.access.Caller;
import dev.skein.server.loop.Loop;
import dev.skein.server.publish.PublishCheck;
import dev.skein.server.publish.Publisher;
import dev.skein.wire.SectionView;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Publishes of applications' servers. Called on an event loop, where the answers come too. */
final class ApiPublishes {

    private final EdgeParts parts;

    ApiPublishes(EdgeParts parts) {
        this.parts = parts;
    }

    CompletableFuture<ApiAnswer> publish(Caller caller, ApiPublishRequest request) {
        String wrong = wrong(request);
        if (wrong != null) {
            return ApiAnswer.badRequest(wrong);
        }
        return request.getVersion() != 0
                ? ApiAnswer.refused(Refusal.NOT_AVAILABLE.error())
                : one(publisher(), caller, request);
    }

    /** The same to several channels, each answered by itself. */
    CompletableFuture<ApiAnswer> broadcast(Caller caller, ApiBroadcastRequest request) {
        int channels = request.getChannelsCount();
        if (channels == 0 || channels > EdgeLimits.BROADCAST_MAX) {
            return ApiAnswer.badRequest("channels: " + channels + " (expected: 1 to " + EdgeLimits.BROADCAST_MAX + ")");
        }
        Publisher publisher = publisher();
        List<CompletableFuture<ApiAnswer>> answers = new ArrayList<>(channels);
        for (String channel : request.getChannelsList()) {
            ApiPublishRequest each = of(request, channel);
            String wrong = wrong(each);
            answers.add(
                    wrong != null
                            ? ApiAnswer.badRequest(wrong)
                            : each.getVersion() != 0
                                    ? ApiAnswer.refused(Refusal.NOT_AVAILABLE.error())
                                    : one(publisher, caller, each));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    ApiBroadcastResult.Builder result = ApiBroadcastResult.newBuilder();
                    answers.forEach(each -> result.addResponses(response(each.join())));
                    return new ApiAnswer.Result(result.build());
                });
    }

    private static ApiPublishRequest of(ApiBroadcastRequest request, String channel) {
        return ApiPublishRequest.newBuilder()
                .setChannel(channel)
                .setData(request.getData())
                .setB64Data(request.getB64Data())
                .setSkipHistory(request.getSkipHistory())
                .putAllTags(request.getTagsMap())
                .setIdempotencyKey(request.getIdempotencyKey())
                .setVersion(request.getVersion())
                .build();
    }

    private static ApiPublishResponse response(ApiAnswer answer) {
        ApiPublishResponse.Builder response = ApiPublishResponse.newBuilder();
        if (answer instanceof ApiAnswer.Result done && done.result() instanceof ApiPublishResult result) {
            response.setResult(result);
        } else if (answer instanceof ApiAnswer.Refused refused) {
            response.setError(ApiMethods.written(refused.error()));
        }
        return response.build();
    }

    private Publisher publisher() {
        Loop loop = parts.loops().here(0);
        return new Publisher(parts.publishing(), loop);
    }

    private static @Nullable String wrong(ApiPublishRequest request) {
        int keyBytes = ByteString.copyFromUtf8(request.getIdempotencyKey()).size();
        if (request.getChannel().isEmpty()) {
            return "channel: missing (expected: a channel)";
        }
        if (request.getData().isEmpty() && request.getB64Data().isEmpty()) {
            return "data: missing (expected: a payload in data or b64data)";
        }
        if (keyBytes > Limits.MESSAGE_ID_BYTES_MAX) {
            return "idempotency_key bytes: " + keyBytes + " (expected: at most " + Limits.MESSAGE_ID_BYTES_MAX + ")";
        }
        if (keyBytes > 0 && request.getSkipHistory()) {
            return "idempotency_key: set with skip_history (expected: one of both, what isn't kept isn't known again)";
        }
        return request.getTagsMap().keySet().stream().anyMatch(tag -> tag.startsWith(PublishCheck.RESERVED_HEADERS))
                ? "tags: one of the gateway's (expected: none that begins with " + PublishCheck.RESERVED_HEADERS + ")"
                : null;
    }

    private CompletableFuture<ApiAnswer> one(Publisher publisher, Caller caller, ApiPublishRequest request) {
        ByteString payload;
        try {
            payload = ApiFields.bytes("b64data", request.getData(), request.getB64Data());
        } catch (IllegalArgumentException malformed) {
            return ApiAnswer.badRequest(String.valueOf(malformed.getMessage()));
        }
        SectionView section = section(request, payload);
        Error denied = caller.mayPublish(section);
        if (denied != null) {
            parts.publishing().metrics().rejected(denied.getReason());
            return ApiAnswer.refused(denied);
        }
        CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
        publisher.publish(
                section, EdgeLimits.PUBLISH_TIMEOUT_MILLIS, outcome -> answer.complete(answer(request, outcome)));
        return answer;
    }

    private static SectionView section(ApiPublishRequest request, ByteString payload) {
        MessageBody.Builder body = MessageBody.newBuilder().setPayload(payload);
        if (!request.getSkipHistory()) {
            // One of its own lets it be sent again while a leader changes.
            body.setMessageId(
                    request.getIdempotencyKey().isEmpty() ? UUID.randomUUID().toString() : request.getIdempotencyKey());
        }
        request.getTagsMap()
                .forEach((tag, value) ->
                        body.addHeaders(Header.newBuilder().setKey(tag).setValue(ByteString.copyFromUtf8(value))));
        Section section = Section.newBuilder()
                .addChannels(ChannelMessages.newBuilder()
                        .setChannel(request.getChannel())
                        .addMessages(body))
                .setEphemeral(request.getSkipHistory())
                .build();
        try {
            return SectionView.of(section.toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ApiAnswer answer(ApiPublishRequest request, PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Refused refused) {
            return new ApiAnswer.Refused(Refusal.of(refused.error()));
        }
        ApiPublishResult.Builder result = ApiPublishResult.newBuilder();
        if (!request.getSkipHistory() && outcome instanceof PublishOutcome.Accepted accepted) {
            Receipt receipt = accepted.receipts().get(0);
            result.setOffset(receipt.getSerial()).setEpoch(Publications.epoch(receipt.getEpoch()));
        }
        return new ApiAnswer.Result(result.build());
    }
}
