package dev.skein.client.internal;

import com.google.protobuf.ByteString;
import dev.skein.client.ChannelPresence;
import dev.skein.client.Member;
import dev.skein.client.MemberChange;
import dev.skein.client.MemberCounts;
import dev.skein.client.MemberListener;
import dev.skein.client.Payload;
import dev.skein.client.SkeinException;
import dev.skein.client.internal.core.Attendance;
import dev.skein.proto.client.v1.MemberChangeKind;
import dev.skein.proto.client.v1.MemberChanges;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One channel's presence, for the application. Thread-safe. */
final class RunningPresence implements ChannelPresence {

    private static final Logger LOG = LoggerFactory.getLogger(RunningPresence.class);

    private static final int DATA_BYTES_MAX = 4 << 10;

    /** Changes that a listener hasn't taken. Beyond them it is told that it has missed some. */
    private static final int CHANGES_AHEAD_MAX = 10_000;

    private final String channel;
    private final Executor loop;
    private final Executor callbacks;
    private final Attendance attendance;
    private final PresenceRequests requests;

    RunningPresence(
            String channel, Executor loop, Executor callbacks, Attendance attendance, PresenceRequests requests) {
        this.channel = channel;
        this.loop = loop;
        this.callbacks = callbacks;
        this.attendance = attendance;
        this.requests = requests;
    }

    @Override
    public CompletableFuture<Void> enter(Payload data) {
        if (data.size() > DATA_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "data bytes: " + data.size() + " (expected: at most " + DATA_BYTES_MAX + ")");
        }
        ByteString bytes = ByteString.copyFrom(data.asReadOnlyBuffer());
        return change(outcome -> attendance.enter(channel, bytes, outcome));
    }

    @Override
    public CompletableFuture<Void> leave() {
        return change(outcome -> attendance.leave(channel, outcome));
    }

    @Override
    public CompletableFuture<List<Member>> members() {
        return requests.members(channel);
    }

    @Override
    public CompletableFuture<MemberCounts> counts() {
        return requests.counts(channel);
    }

    @Override
    public CompletableFuture<AutoCloseable> watch(MemberListener listener) {
        Watch watch = new Watch(listener);
        AutoCloseable end = () -> loop.execute(() -> attendance.unwatch(channel, watch));
        return change(outcome -> attendance.watch(channel, watch, outcome)).thenApply(done -> end);
    }

    private CompletableFuture<Void> change(Consumer<Attendance.Outcome> asked) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        loop.execute(() -> asked.accept(new Attendance.Outcome() {
            @Override
            public void done() {
                callbacks.execute(() -> result.complete(null));
            }

            @Override
            public void failed(SkeinException cause) {
                callbacks.execute(() -> result.completeExceptionally(cause));
            }
        }));
        return result;
    }

    /** Calls a listener, one call at a time. */
    private final class Watch implements Attendance.Watcher {

        private final MemberListener listener;
        private final Queue<Runnable> calls = new ArrayDeque<>();
        private boolean running;

        Watch(MemberListener listener) {
            this.listener = listener;
        }

        @Override
        public void changed(MemberChanges changes) {
            changes.getChangesList().stream()
                    .filter(change -> kind(change.getKind()) != null)
                    .map(change -> new MemberChange(
                            changes.getChannel(),
                            Objects.requireNonNull(kind(change.getKind())),
                            PresenceRequests.member(change.getMember())))
                    .forEach(change -> call(() -> listener.changed(change)));
        }

        @Override
        public void interrupted() {
            call(listener::interrupted);
        }

        private void call(Runnable call) {
            synchronized (calls) {
                if (calls.size() >= CHANGES_AHEAD_MAX) {
                    calls.clear();
                    calls.add(listener::interrupted);
                }
                calls.add(call);
                if (running) {
                    return;
                }
                running = true;
            }
            callbacks.execute(this::run);
        }

        private void run() {
            for (Runnable next = next(); next != null; next = next()) {
                try {
                    next.run();
                } catch (RuntimeException thrown) {
                    LOG.warn("a listener of {}'s members threw", channel, thrown);
                }
            }
        }

        private @Nullable Runnable next() {
            synchronized (calls) {
                running = !calls.isEmpty();
                return calls.poll();
            }
        }
    }

    private static MemberChange.@Nullable Kind kind(MemberChangeKind kind) {
        return switch (kind) {
            case MEMBER_CHANGE_KIND_ENTERED -> MemberChange.Kind.ENTERED;
            case MEMBER_CHANGE_KIND_UPDATED -> MemberChange.Kind.UPDATED;
            case MEMBER_CHANGE_KIND_LEFT -> MemberChange.Kind.LEFT;
            default -> null;
        };
    }
}
