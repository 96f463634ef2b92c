package dev.skein.server.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.HistoryResult;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.PublishRequest;
import dev.skein.proto.edge.v1.PublishResult;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.PublishOutcome;
import dev.skein.server.access.Caller;
import dev.skein.server.loop.Loop;
import dev.skein.server.publish.Publisher;
import dev.skein.wire.SectionView;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.function.BooleanSupplier;

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
    private final Histories histories;

    /** By channel: the first one is under way. */
    private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

    private int inFlight;
    private boolean closed;

    Asking(EdgeParts parts, Loop loop, EdgeSession session) {
        this.parts = parts;
        this.loop = loop;
        this.session = session;
        this.publisher = new Publisher(parts.publishing(), loop);
        this.histories = new Histories(parts);
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
        dev.skein.proto.edge.v1.Error unruly = rules(request.getChannel())
                .publish(session.credential().user(), follows(request.getChannel()), request.getData());
        Caller caller = session.credential().caller();
        Error denied = unruly != null || caller == null ? null : caller.mayPublish(view);
        if (unruly != null) {
            answered(request.getChannel(), Reply.newBuilder().setId(commandId).setError(unruly));
        } else if (denied != null) {
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
        answered(
                channel,
                outcome instanceof PublishOutcome.Refused refused
                        ? Reply.newBuilder().setId(commandId).setError(Refusal.of(refused.error()))
                        : Reply.newBuilder().setId(commandId).setPublish(PublishResult.getDefaultInstance()));
    }

    private void answered(String channel, Reply.Builder answer) {
        inFlight--;
        session.reply(answer.build());
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
        String channel = request.getChannel();
        dev.skein.proto.edge.v1.Error unruly =
                rules(channel).history(session.credential().user(), follows(channel));
        Caller caller = session.credential().caller();
        Error denied = unruly != null || caller == null ? null : caller.mayRead(channel);
        if (unruly != null) {
            session.refuse(commandId, unruly);
        } else if (denied != null) {
            session.refuse(commandId, Refusal.of(denied));
        } else if (begin(commandId)) {
            histories.read(request).thenAccept(answer -> loop.execute(() -> wasRead(commandId, answer)));
        }
    }

    private void wasRead(int commandId, Histories.Answer answer) {
        inFlight--;
        if (closed) {
            return;
        }
        if (answer instanceof Histories.Answer.Refused refused) {
            session.refuse(commandId, refused.error());
        } else if (answer instanceof Histories.Answer.Page page) {
            if (!isCarried(page)) {
                session.close(Farewell.INAPPROPRIATE_PROTOCOL);
                return;
            }
            session.reply(Reply.newBuilder()
                    .setId(commandId)
                    .setHistory(HistoryResult.newBuilder()
                            .addAllPublications(carried(page))
                            .setEpoch(Publications.epoch(page.extent().epoch()))
                            .setOffset(page.extent().lastSerial()))
                    .build());
        }
    }

    private boolean isCarried(Histories.Answer.Page page) {
        return page.publications().stream()
                .allMatch(each -> session.codec().carries(each.getData().toByteArray()));
    }

    private List<Publication> carried(Histories.Answer.Page page) {
        return page.publications().stream()
                .map(publication -> Publications.carried(publication, session.codec()))
                .toList();
    }

    private ChannelRules rules(String channel) {
        return ChannelRules.of(parts.shards(), channel);
    }

    private BooleanSupplier follows(String channel) {
        return () -> session.channels().follows(channel);
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

    /** Whether everything is answered. */
    boolean isIdle() {
        return inFlight == 0;
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
