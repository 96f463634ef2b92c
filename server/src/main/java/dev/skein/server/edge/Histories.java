package dev.skein.server.edge;

import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.publish.PublishCheck;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Pages of the past, as the protocol asks for them. Thread-safe. */
final class Histories {

    private final EdgeParts parts;

    Histories(EdgeParts parts) {
        this.parts = parts;
    }

    /** What a read came to. */
    sealed interface Answer {

        /** A page. */
        record Page(ChannelExtent extent, List<Publication> publications) implements Answer {}

        /** There is none. */
        record Refused(Error error) implements Answer {}
    }

    /** Reads; whether it may be read was asked before. Never fails. */
    CompletableFuture<Answer> read(HistoryRequest request) {
        ChannelName channel;
        try {
            channel = ChannelName.parse(request.getChannel());
        } catch (IllegalArgumentException invalid) {
            return refused(Refusal.BAD_REQUEST.error(String.valueOf(invalid.getMessage())));
        }
        Optional<ShardId> shard = parts.shards().shardOf(channel);
        if (shard.isEmpty()) {
            return refused(Refusal.of(PublishCheck.unknownNamespace(parts.shards(), channel.namespace())));
        }
        ChannelRules rules = ChannelRules.of(parts.shards(), request.getChannel());
        if (!rules.hasHistory()) {
            return refused(Refusal.NOT_AVAILABLE.error());
        }
        boolean beforeFirst =
                request.getReverse() && request.hasSince() && request.getSince().getOffset() == 0;
        return beforeFirst
                ? refused(Refusal.BAD_REQUEST.error("since.offset: 0 (expected: 1 or more, with reverse)"))
                : read(request, channel, shard.get())
                        .exceptionally(failure -> new Answer.Refused(Refusal.of(ChannelReads.errorOf(failure))));
    }

    private CompletableFuture<Answer> read(HistoryRequest request, ChannelName channel, ShardId shard) {
        ChannelReads reads = parts.fanout().reads();
        return reads.head(shard, channel.full(), true).thenCompose(extent -> {
            String wanted = request.getSince().getEpoch();
            if (!wanted.isEmpty() && !wanted.equals(Publications.epoch(extent.epoch()))) {
                return refused(Refusal.UNRECOVERABLE_POSITION.error());
            }
            long from = from(request, extent);
            if (request.getLimit() == 0 || from < 1 || from > extent.lastSerial()) {
                return CompletableFuture.completedFuture(new Answer.Page(extent, List.of()));
            }
            int limit = request.getLimit() < 0
                    ? EdgeLimits.HISTORY_MAX
                    : Math.min(request.getLimit(), EdgeLimits.HISTORY_MAX);
            ChannelQuery query = new ChannelQuery(
                    channel.full(),
                    from,
                    request.getReverse(),
                    limit,
                    Limits.HISTORY_PAGE_BYTES_MAX,
                    OptionalLong.empty());
            return reads.page(shard, query, true).thenApply(page -> new Answer.Page(page.extent(), publications(page)));
        });
    }

    private static CompletableFuture<Answer> refused(Error error) {
        return CompletableFuture.completedFuture(new Answer.Refused(error));
    }

    private static long from(HistoryRequest request, ChannelExtent extent) {
        if (request.getReverse()) {
            return request.hasSince()
                    ? Math.min(request.getSince().getOffset() - 1, extent.lastSerial())
                    : extent.lastSerial();
        }
        return request.hasSince() ? Math.max(request.getSince().getOffset() + 1, 1) : Math.max(1, extent.firstSerial());
    }

    private static List<Publication> publications(ChannelPage page) {
        return page.messages().stream()
                .map(message -> Publications.of(message, page.extent().epoch()))
                .toList();
    }
}
