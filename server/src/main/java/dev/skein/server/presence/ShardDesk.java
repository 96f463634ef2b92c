package dev.skein.server.presence;

import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.presence.HolderLedger;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.server.loop.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's members in one shard. Owned by its loop; the methods may be called from anywhere. */
final class ShardDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ShardDesk.class);

    /** Those that come and go together are told together. */
    private static final long LINGER_MILLIS = 5;

    private static final long RETRY_MILLIS = 100;

    /** Signs of life in a lease: some may be lost, or wait for a new leader. */
    private static final int SIGNS_PER_LEASE = 5;

    private final ShardId shard;
    private final HolderLedger ledger;
    private final Loop loop;
    private final TimeSource time;
    private final PresenceProposals proposals;
    private final LongSupplier leaseMillis;
    private final BooleanSupplier isOn;
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean scheduled;
    private boolean living;
    private long lastNanos;

    ShardDesk(
            ShardId shard,
            long life,
            Loop loop,
            TimeSource time,
            PresenceProposals proposals,
            LongSupplier leaseMillis,
            BooleanSupplier isOn) {
        this.shard = shard;
        this.ledger = new HolderLedger(life);
        this.loop = loop;
        this.time = time;
        this.proposals = proposals;
        this.leaseMillis = leaseMillis;
        this.isOn = isOn;
        this.lastNanos = time.nanoTime();
    }

    void enter(PresenceEnter enter) {
        loop.execute(() -> {
            ledger.enter(enter);
            sendIn(LINGER_MILLIS);
            live();
        });
    }

    void leave(String channel, String client) {
        loop.execute(() -> {
            ledger.leave(channel, client);
            sendIn(LINGER_MILLIS);
        });
    }

    /** Completes when the shard has heard of everything so far, or of as much as it hears for now. */
    CompletableFuture<Void> told() {
        CompletableFuture<Void> told = new CompletableFuture<>();
        loop.execute(() -> {
            if (ledger.isTold()) {
                told.complete(null);
            } else {
                waiting.add(new Waiting(told, ledger.changesToTell()));
            }
        });
        return told;
    }

    /** All members leave; completes when the shard has heard so, or couldn't. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        loop.execute(() -> ledger.end()
                .ifPresentOrElse(
                        end -> proposals.send(shard, end, RETRY_MILLIS * 10, outcome -> ended.complete(null)),
                        () -> ended.complete(null)));
        return ended;
    }

    private void sendIn(long millis) {
        if (!scheduled) {
            scheduled = true;
            loop.schedule(millis, () -> {
                scheduled = false;
                send();
            });
        }
    }

    private void send() {
        if (!isOn.getAsBoolean()) {
            // The leader has ended the holder; should presence be switched on again, everything is told anew.
            return;
        }
        long timeout = Math.min(PresenceProposals.TIMEOUT_MILLIS, leaseMillis.getAsLong() / 3);
        boolean renews = time.nanoTime() - lastNanos >= TimeUnit.MILLISECONDS.toNanos(signMillis());
        ledger.next(renews).ifPresent(change -> {
            lastNanos = time.nanoTime();
            proposals.send(shard, change, timeout, outcome -> loop.execute(() -> answered(change, outcome)));
            loop.schedule(timeout + RETRY_MILLIS, () -> unanswered(change));
        });
    }

    private void answered(PresenceChange change, PresenceOutcome outcome) {
        for (PresenceOutcome.RefusedMember each : ledger.answered(change.getSequence(), outcome)) {
            LOG.debug("shard {}: a member isn't listed: {}", shard, each.error().getText());
        }
        if (outcome instanceof PresenceOutcome.Applied) {
            List<Waiting> served = waiting.stream()
                    .filter(each -> --each.changes <= 0 || ledger.isTold())
                    .toList();
            waiting.removeAll(served);
            served.forEach(each -> each.told.complete(null));
        }
        if (!ledger.isTold()) {
            sendIn(outcome instanceof PresenceOutcome.Refused ? RETRY_MILLIS : 0);
        }
    }

    private void unanswered(PresenceChange change) {
        ledger.unanswered(change.getSequence());
        if (!ledger.isTold()) {
            sendIn(RETRY_MILLIS);
        }
    }

    /** As long as there is anything that must not be forgotten. */
    private void live() {
        if (!living) {
            living = true;
            loop.schedule(signMillis(), this::sign);
        }
    }

    private void sign() {
        living = false;
        if (!ledger.isIdle()) {
            send();
            live();
        }
    }

    private long signMillis() {
        return leaseMillis.getAsLong() / SIGNS_PER_LEASE;
    }

    /** Somebody who wants to know when everything is told. */
    private static final class Waiting {

        private final CompletableFuture<Void> told;
        private int changes;

        Waiting(CompletableFuture<Void> told, int changes) {
            this.told = told;
            this.changes = changes;
        }
    }
}
