package dev.skein.server.edge;

import dev.skein.proto.edge.v1.ApiBroadcastRequest;
import dev.skein.proto.edge.v1.ApiChannelsRequest;
import dev.skein.proto.edge.v1.ApiDisconnectRequest;
import dev.skein.proto.edge.v1.ApiHistoryResult;
import dev.skein.proto.edge.v1.ApiInfoRequest;
import dev.skein.proto.edge.v1.ApiPublication;
import dev.skein.proto.edge.v1.ApiPublishRequest;
import dev.skein.proto.edge.v1.ApiRefreshRequest;
import dev.skein.proto.edge.v1.ApiSubscribeRequest;
import dev.skein.proto.edge.v1.ApiUnsubscribeRequest;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.PresenceRequest;
import dev.skein.proto.edge.v1.PresenceStatsRequest;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.server.access.Caller;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What applications' servers may ask for, once it is known who asks; each looks itself at what its caller may. Called on event loops. */
final class ApiMethods {

    private final Codec codec;
    private final Histories histories;
    private final MemberReads members;
    private final ApiPublishes publishes;
    private final ApiSteering steering;

    /** @param codec of who asks: what bytes it can be told */
    ApiMethods(EdgeParts parts, Codec codec) {
        this.codec = codec;
        this.histories = new Histories(parts);
        this.members = new MemberReads(parts);
        this.publishes = new ApiPublishes(parts);
        this.steering = new ApiSteering(parts);
    }

    CompletableFuture<ApiAnswer> publish(Caller caller, ApiPublishRequest request) {
        return publishes.publish(caller, request);
    }

    CompletableFuture<ApiAnswer> broadcast(Caller caller, ApiBroadcastRequest request) {
        return publishes.broadcast(caller, request);
    }

    CompletableFuture<ApiAnswer> subscribe(Caller caller, ApiSubscribeRequest request) {
        return operated(caller, () -> steering.subscribe(request));
    }

    CompletableFuture<ApiAnswer> unsubscribe(Caller caller, ApiUnsubscribeRequest request) {
        return operated(caller, () -> steering.unsubscribe(request));
    }

    CompletableFuture<ApiAnswer> disconnect(Caller caller, ApiDisconnectRequest request) {
        return operated(caller, () -> steering.disconnect(request));
    }

    CompletableFuture<ApiAnswer> refresh(Caller caller, ApiRefreshRequest request) {
        return operated(caller, () -> steering.refresh(request));
    }

    CompletableFuture<ApiAnswer> channels(Caller caller, ApiChannelsRequest request) {
        return operated(caller, () -> steering.channels(request));
    }

    CompletableFuture<ApiAnswer> info(Caller caller, ApiInfoRequest request) {
        return operated(caller, steering::info);
    }

    /** What concerns the whole cluster. */
    private static CompletableFuture<ApiAnswer> operated(Caller caller, Supplier<CompletableFuture<ApiAnswer>> call) {
        dev.skein.proto.error.v1.Error denied = caller.mayOperate();
        return denied == null ? call.get() : ApiAnswer.refused(denied);
    }

    /** As the API writes errors. */
    static Error written(Error error) {
        return error.toBuilder().clearTemporary().build();
    }

    CompletableFuture<ApiAnswer> history(Caller caller, HistoryRequest request) {
        Optional<CompletableFuture<ApiAnswer>> denied =
                Optional.ofNullable(caller.mayRead(request.getChannel())).map(ApiAnswer::refused);
        return denied.orElseGet(() -> histories.read(request).thenApply(this::history));
    }

    CompletableFuture<ApiAnswer> presence(Caller caller, PresenceRequest request) {
        dev.skein.proto.error.v1.Error denied = caller.mayAsk(request.getChannel());
        return denied != null
                ? ApiAnswer.refused(denied)
                : members.members(request.getChannel(), codec)
                        .thenApply(answer -> answer.hasError()
                                ? new ApiAnswer.Refused(answer.getError())
                                : new ApiAnswer.Result(answer.getPresence()));
    }

    CompletableFuture<ApiAnswer> presenceStats(Caller caller, PresenceStatsRequest request) {
        dev.skein.proto.error.v1.Error denied = caller.mayAsk(request.getChannel());
        return denied != null
                ? ApiAnswer.refused(denied)
                : members.counts(request.getChannel())
                        .thenApply(answer -> answer.hasError()
                                ? new ApiAnswer.Refused(answer.getError())
                                : new ApiAnswer.Result(answer.getPresenceStats()));
    }

    private ApiAnswer history(Histories.Answer answer) {
        if (answer instanceof Histories.Answer.Refused refused) {
            return new ApiAnswer.Refused(refused.error());
        }
        Histories.Answer.Page page = (Histories.Answer.Page) answer;
        ApiHistoryResult.Builder result = ApiHistoryResult.newBuilder()
                .setEpoch(Publications.epoch(page.extent().epoch()))
                .setOffset(page.extent().lastSerial());
        page.publications().forEach(each -> result.addPublications(publication(each)));
        return new ApiAnswer.Result(result.build());
    }

    private ApiPublication publication(Publication stored) {
        Publication carried = Publications.carried(stored, codec);
        byte[] data = carried.getData().toByteArray();
        ApiPublication.Builder publication = ApiPublication.newBuilder()
                .setOffset(carried.getOffset())
                .putAllTags(carried.getTagsMap())
                .setTime(carried.getTime());
        if (carried.hasInfo()) {
            publication.setInfo(carried.getInfo());
        }
        return (codec.carries(data)
                        ? publication.setData(carried.getData())
                        : publication.setB64Data(Base64.getEncoder().encodeToString(data)))
                .build();
    }
}
