package dev.skein.server.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.HistoryResult;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.PublishRequest;
import dev.skein.proto.edge.v1.PublishResult;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.PublishOutcome;
import dev.skein.server.access.Caller;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.loop.Loop;
import dev.skein.server.publish.PublishCheck;
import dev.skein.server.publish.Publisher;
import dev.skein.wire.SectionView;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's commands that others answer: publishes and reads. Owned by the session's loop.
 *
 * <p>Publishes of a session to one channel go one after the other, each with an id of its own: what is sent again while a leader
 * changes neither doubles nor overtakes.
 */
final class Asking {

    private final EdgeParts parts;
    private final Loop loop;
    private final EdgeSession session;
    private final Publisher publisher;

    /** By channel: the first one is under way. */
    private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

    private int inFlight;
    private boolean closed;

    Asking(EdgeParts parts, Loop loop, EdgeSession session) {
        this.parts = parts;
        this.loop = loop;
        this.session = session;
        this.publisher = new Publisher(parts.publishing(), loop);
    }

    void publish(int commandId, PublishRequest request) {
        if (request.getType() != 0) {
            session.refuse(commandId, Refusal.NOT_AVAILABLE.error());
        } else if (request.getData().isEmpty()) {
            session.refuse(commandId, Refusal.BAD_REQUEST.error("data: empty (expected: a payload)"));
        } else if (begin(commandId)) {
            String channel = request.getChannel();
            Queue<Runnable> queue = waiting.computeIfAbsent(channel, name -> new ArrayDeque<>());
            queue.add(() -> submit(commandId, request));
            if (queue.size() == 1) {
                queue.element().run();
            }
        }
    }

    private void submit(int commandId, PublishRequest request) {
        Section section = Section.newBuilder()
                .addChannels(ChannelMessages.newBuilder()
                        .setChannel(request.getChannel())
                        .addMessages(Publications.body(
                                request.getData(),
                                session.info(request.getChannel()),
                                UUID.randomUUID().toString())))
                .build();
        SectionView view = view(section);
        Caller caller = session.caller();
        Error denied = caller == null ? null : caller.mayPublish(view);
        if (denied != null) {
            parts.publishing().metrics().rejected(denied.getReason());
            published(commandId, request.getChannel(), new PublishOutcome.Refused(denied));
        } else {
            publisher.publish(
                    view,
                    EdgeLimits.PUBLISH_TIMEOUT_MILLIS,
                    outcome -> published(commandId, request.getChannel(), outcome));
        }
    }

    private void published(int commandId, String channel, PublishOutcome outcome) {
        inFlight--;
        if (outcome instanceof PublishOutcome.Refused refused) {
            session.refuse(commandId, Refusal.of(refused.error()));
        } else {
            session.reply(Reply.newBuilder()
                    .setId(commandId)
                    .setPublish(PublishResult.getDefaultInstance())
                    .build());
        }
        Queue<Runnable> queue = waiting.get(channel);
        if (queue != null && !closed) {
            queue.remove();
            if (queue.isEmpty()) {
                waiting.remove(channel);
            } else {
                // Not from within the one before: many refused at once would pile up on the stack.
                loop.execute(queue.element());
            }
        }
    }

    void history(int commandId, HistoryRequest request) {
        Caller caller = session.caller();
        Error denied = caller == null ? null : caller.mayRead(request.getChannel());
        if (denied != null) {
            session.refuse(commandId, Refusal.of(denied));
            return;
        }
        ChannelName channel;
        try {
            channel = ChannelName.parse(request.getChannel());
        } catch (IllegalArgumentException invalid) {
            session.refuse(commandId, Refusal.BAD_REQUEST.error(String.valueOf(invalid.getMessage())));
            return;
        }
        Optional<ShardId> shard = parts.shards().shardOf(channel);
        if (shard.isEmpty()) {
            session.refuse(commandId, Refusal.of(PublishCheck.unknownNamespace(parts.shards(), channel.namespace())));
        } else if (request.getReverse()
                && request.hasSince()
                && request.getSince().getOffset() == 0) {
            session.refuse(commandId, Refusal.BAD_REQUEST.error("since.offset: 0 (expected: 1 or more, with reverse)"));
        } else if (begin(commandId)) {
            read(request, channel, shard.get())
                    .whenComplete((answer, failure) -> loop.execute(() -> wasRead(commandId, answer, failure)));
        }
    }

    private CompletableFuture<Reply.Builder> read(HistoryRequest request, ChannelName channel, ShardId shard) {
        ChannelReads reads = parts.fanout().reads();
        return reads.head(shard, channel.full(), true).thenCompose(extent -> {
            String wanted = request.getSince().getEpoch();
            if (!wanted.isEmpty() && !wanted.equals(Publications.epoch(extent.epoch()))) {
                return CompletableFuture.completedFuture(
                        Reply.newBuilder().setError(Refusal.UNRECOVERABLE_POSITION.error()));
            }
            long from = from(request, extent);
            if (request.getLimit() == 0 || from < 1 || from > extent.lastSerial()) {
                return CompletableFuture.completedFuture(result(extent, List.of()));
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
            return reads.page(shard, query, true).thenApply(page -> result(page.extent(), publications(page)));
        });
    }

    private static long from(HistoryRequest request, ChannelExtent extent) {
        if (request.getReverse()) {
            return request.hasSince()
                    ? Math.min(request.getSince().getOffset() - 1, extent.lastSerial())
                    : extent.lastSerial();
        }
        return request.hasSince() ? Math.max(request.getSince().getOffset() + 1, 1) : Math.max(1, extent.firstSerial());
    }

    private List<Publication> publications(ChannelPage page) {
        return page.messages().stream()
                .map(message -> Publications.of(message, page.extent().epoch()))
                .map(publication -> Publications.carried(publication, session.codec()))
                .toList();
    }

    private static Reply.Builder result(ChannelExtent extent, List<Publication> publications) {
        return Reply.newBuilder()
                .setHistory(HistoryResult.newBuilder()
                        .addAllPublications(publications)
                        .setEpoch(Publications.epoch(extent.epoch()))
                        .setOffset(extent.lastSerial()));
    }

    private void wasRead(int commandId, Reply.@Nullable Builder answer, @Nullable Throwable failure) {
        inFlight--;
        if (closed) {
            return;
        }
        if (answer == null) {
            session.refuse(commandId, Refusal.of(ChannelReads.errorOf(java.util.Objects.requireNonNull(failure))));
        } else if (!answer.getHistory().getPublicationsList().stream()
                .allMatch(each -> session.codec().carries(each.getData().toByteArray()))) {
            session.close(Farewell.INAPPROPRIATE_PROTOCOL);
        } else {
            session.reply(answer.setId(commandId).build());
        }
    }

    private boolean begin(int commandId) {
        if (inFlight >= EdgeLimits.COMMANDS_IN_FLIGHT_MAX) {
            session.refuse(
                    commandId,
                    Refusal.TOO_MANY_REQUESTS.error("unanswered commands: " + (inFlight + 1) + " (expected: at most "
                            + EdgeLimits.COMMANDS_IN_FLIGHT_MAX + ")"));
            return false;
        }
        inFlight++;
        return true;
    }

    /** Forgets everything unanswered. */
    void close() {
        closed = true;
        waiting.clear();
        publisher.close();
    }

    private static SectionView view(Section section) {
        try {
            return SectionView.of(section.toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
