package dev.skein.server.admin;

import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.error.v1.RetryClass;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.ProposeControlRequest;
import dev.skein.proto.node.v1.ProposeControlResponse;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries a change to the control group's leader, wherever it is. While there is no leader, or the one asked isn't it any more, it
 * asks again until the deadline. All commands may be applied twice without harm, so an unknown outcome is retried too; a creation
 * that turns out to exist after an unknown outcome counts as made.
 */
public final class ControlPlane {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long RPC_MILLIS = 3_000;
    private static final int PAUSE_MILLIS = 100;

    private final NodeId self;
    private final Replication replication;
    private final PeerConnections peers;
    private final Function<String, Optional<String>> gossipedLeader;
    private final ScheduledExecutorService house;
    private final TimeSource time;
    private final Random random;
    private final ControlWatch watch;

    /**
     * @param gossipedLeader from a group to the node that leads it, for nodes without a replica of the control group
     * @param house runs the pauses between attempts; never blocked
     */
    public ControlPlane(
            NodeId self,
            Replication replication,
            PeerConnections peers,
            Function<String, Optional<String>> gossipedLeader,
            ScheduledExecutorService house,
            TimeSource time,
            Random random) {
        this.self = self;
        this.replication = replication;
        this.peers = peers;
        this.gossipedLeader = gossipedLeader;
        this.house = house;
        this.time = time;
        this.random = random;
        this.watch = new ControlWatch(replication);
    }

    /**
     * Proposes a change.
     *
     * @param command without id and time, which are added here
     * @return completes when this node knows the state with the change in it; fails with {@link ReplicationException}
     */
    public CompletableFuture<Void> propose(ControlCommand.Builder command) {
        ControlCommand complete = command.setCommandId(random.nextLong())
                .setTimeMs(time.wallMillis())
                .build();
        Attempt attempt = new Attempt(complete, time.nanoTime() + PATIENCE.toNanos());
        attempt.start(Optional.empty());
        return attempt.done.thenCompose(version -> watch.reached(version).orTimeout(5, TimeUnit.SECONDS));
    }

    /** Whether this node leads the control group. */
    public boolean leads() {
        return replication.controlLeader().filter(self::equals).isPresent();
    }

    private Optional<String> leader() {
        Optional<String> known = replication.controlLeader().map(NodeId::value);
        return known.isPresent()
                ? known
                : gossipedLeader.apply(replication.controlReport().shard().group());
    }

    private final class Attempt {

        private final ControlCommand command;
        private final long deadlineNanos;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        // Whether an earlier try may have taken effect. Tries follow each other, so one thread at a time is here.
        private volatile boolean uncertain;

        Attempt(ControlCommand command, long deadlineNanos) {
            this.command = command;
            this.deadlineNanos = deadlineNanos;
        }

        void start(Optional<String> hint) {
            try {
                Optional<String> target = hint.isPresent() ? hint : leader();
                if (target.isEmpty()) {
                    failed(Errors.of(
                            Reason.REASON_NO_LEADER, "the control group has no leader that this node knows of"));
                } else if (target.get().equals(self.value())) {
                    proposeHere();
                } else {
                    proposeAt(target.get());
                }
            } catch (RuntimeException stopping) {
                failed(errorOf(stopping));
            }
        }

        private void proposeHere() {
            replication.proposeControl(command).whenComplete((version, failure) -> {
                if (failure == null) {
                    done.complete(version);
                } else {
                    failed(errorOf(failure));
                }
            });
        }

        private void proposeAt(String node) {
            Optional<ManagedChannel> channel = peers.to(node);
            if (channel.isEmpty()) {
                failed(Errors.of(
                        Reason.REASON_NO_LEADER, "control leader: " + node + " (expected: a node of known address)"));
                return;
            }
            UnaryAnswer<ProposeControlResponse> answer = new UnaryAnswer<>();
            NodeServiceGrpc.newStub(channel.get())
                    .withDeadlineAfter(RPC_MILLIS, TimeUnit.MILLISECONDS)
                    .proposeControl(
                            ProposeControlRequest.newBuilder()
                                    .setCommand(command)
                                    .build(),
                            answer);
            answer.future().whenComplete(this::answered);
        }

        private void answered(@Nullable ProposeControlResponse response, @Nullable Throwable failure) {
            if (response == null) {
                failed(errorOf(Objects.requireNonNull(failure)));
            } else if (response.hasError()) {
                failed(response.getError());
            } else {
                done.complete(response.getVersion());
            }
        }

        private void failed(Error error) {
            if (uncertain && error.getReason() == Reason.REASON_ALREADY_EXISTS) {
                // The earlier attempt, whose outcome wasn't known, has made it.
                done.complete(replication.control().getVersion());
                return;
            }
            RetryClass retry = Errors.retryClass(error.getReason());
            uncertain = uncertain || retry == RetryClass.RETRY_CLASS_UNKNOWN_OUTCOME;
            boolean again = retry != RetryClass.RETRY_CLASS_NEVER && retry != RetryClass.RETRY_CLASS_AFTER_RESUME;
            if (!again || time.nanoTime() - deadlineNanos > 0) {
                done.completeExceptionally(new ReplicationException(error));
                return;
            }
            Optional<String> hint =
                    Optional.ofNullable(error.getMetadataMap().get("leader")).filter(node -> !node.isEmpty());
            try {
                house.schedule(() -> start(hint), PAUSE_MILLIS + random.nextInt(PAUSE_MILLIS), TimeUnit.MILLISECONDS);
            } catch (RuntimeException stopping) {
                done.completeExceptionally(new ReplicationException(error));
            }
        }
    }

    /** A failure from the catalogue as it is; a broken connection as one that may be retried. */
    public static Error errorOf(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ReplicationException refused) {
                return refused.error();
            }
        }
        Error known = Errors.fromThrowable(failure);
        return known != null ? known : Errors.of(Reason.REASON_OUTCOME_UNKNOWN, String.valueOf(failure.getMessage()));
    }
}
