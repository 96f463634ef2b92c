package dev.skein.server.publish;

import dev.skein.core.ByteBudget;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.PublishOutcome;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** All publishes of one session: its limits, and a lane for each shard it publishes to. Owned by the session's loop. */
public final class Publisher {

    private static final long TICK_MILLIS = 50;
    private static final int RETRY_AFTER_MILLIS = 50;

    private final Parts parts;
    private final Loop loop;

    // Keyed by existing shards; idle lanes go with the tick.
    private final Map<ShardId, PublishLane> lanes = new HashMap<>();

    private int inFlight;
    private long bytesInFlight;
    private boolean ticking;
    private boolean closed;

    public Publisher(Parts parts, Loop loop) {
        this.parts = parts;
        this.loop = loop;
    }

    /**
     * Publishes.
     *
     * @param timeoutMs as it came on the wire
     * @param reply called exactly once on the loop, perhaps before this returns; never after {@link #close}
     */
    public void publish(SectionView section, int timeoutMs, Consumer<PublishOutcome> reply) {
        PublishCheck.Verdict verdict = parts.check.check(section, timeoutMs);
        if (verdict instanceof PublishCheck.Refused refused) {
            refuse(refused.error(), reply);
        } else if (verdict instanceof PublishCheck.Passed passed) {
            admit(passed.publish(), reply);
        }
    }

    /** Unanswered publishes. */
    public int inFlight() {
        return inFlight;
    }

    /** Forgets everything unanswered. */
    public void close() {
        closed = true;
        parts.unanswered.giveBack(bytesInFlight);
        bytesInFlight = 0;
        lanes.values().forEach(PublishLane::abandon);
        lanes.clear();
    }

    private void admit(CheckedPublish publish, Consumer<PublishOutcome> reply) {
        if (inFlight >= Limits.PUBLISHES_IN_FLIGHT_MAX) {
            String expected = "at most " + Limits.PUBLISHES_IN_FLIGHT_MAX + " of a session";
            refuse(overloaded(Checks.text("unanswered publishes", inFlight + 1, expected)), reply);
        } else if (bytesInFlight + publish.bytes() > Limits.PUBLISH_BYTES_IN_FLIGHT_MAX) {
            String expected = "at most " + Limits.PUBLISH_BYTES_IN_FLIGHT_MAX + " of a session";
            refuse(overloaded(Checks.text("unanswered bytes", bytesInFlight + publish.bytes(), expected)), reply);
        } else if (!parts.unanswered.take(publish.bytes())) {
            String expected = "at most " + parts.unanswered.max() + " unanswered on the node";
            refuse(overloaded(Checks.text("publish bytes", publish.bytes(), expected)), reply);
        } else {
            submit(publish, reply);
        }
    }

    private void submit(CheckedPublish publish, Consumer<PublishOutcome> reply) {
        inFlight++;
        bytesInFlight += publish.bytes();
        long accepted = parts.time.nanoTime();
        PendingPublish pending = new PendingPublish(publish, accepted, outcome -> {
            inFlight--;
            bytesInFlight -= publish.bytes();
            parts.unanswered.giveBack(publish.bytes());
            parts.metrics.done(publish, parts.time.nanoTime() - accepted, outcome);
            reply.accept(outcome);
        });
        lanes.computeIfAbsent(publish.shard(), this::newLane).submit(pending);
        startTicking();
    }

    private PublishLane newLane(ShardId shard) {
        return new PublishLane(shard, parts.proposals, parts.leaders, loop, parts.time, parts.random);
    }

    private void startTicking() {
        if (!ticking) {
            ticking = true;
            loop.schedule(TICK_MILLIS, this::tick);
        }
    }

    private void tick() {
        ticking = false;
        if (closed) {
            return;
        }
        List.copyOf(lanes.values()).forEach(PublishLane::tick);
        lanes.values().removeIf(PublishLane::isIdle);
        if (!lanes.isEmpty()) {
            startTicking();
        }
    }

    private void refuse(Error error, Consumer<PublishOutcome> reply) {
        parts.metrics.rejected(error.getReason());
        reply.accept(new PublishOutcome.Refused(error));
    }

    private static Error overloaded(String text) {
        return Errors.of(Reason.REASON_OVERLOADED, text).toBuilder()
                .setRetryAfterMs(RETRY_AFTER_MILLIS)
                .build();
    }

    /**
     * What every publisher of a node shares.
     *
     * @param check refuses what can't be taken
     * @param proposals hands sections to leaders
     * @param leaders knows them
     * @param unanswered bytes that all sessions may have unanswered together
     * @param time the clock
     * @param random spreads retries
     * @param metrics counts
     */
    public record Parts(
            PublishCheck check,
            Proposals proposals,
            LeaderDirectory leaders,
            ByteBudget unanswered,
            TimeSource time,
            RandomGenerator random,
            PublishMetrics metrics) {

        /** The same for a gateway, which may set reserved headers. */
        public Parts ofGateway() {
            return new Parts(check.ofGateway(), proposals, leaders, unanswered, time, random, metrics);
        }
    }
}
