package dev.skein.replication.group;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.replication.shard.PresenceHolder;
import dev.skein.replication.shard.PresenceShape;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's part in presence: changes go into the log; leases are the leader's own.
 *
 * <p>A lease runs from the last word of its holder, or from the moment this replica began to lead: so nothing need be in the log while nobody
 * comes or goes, and nobody is thrown out because the leader was away. Its time is that in which the leader was attentive: a pause of
 * the process counts for no more than {@link #ATTENTIVE_NANOS_MAX}, because the holders' words wait behind it. Thread-safe.
 */
final class HostedPresence implements ShardPresence {

    private static final Logger LOG = LoggerFactory.getLogger(HostedPresence.class);

    /** Ticks come five times a second. */
    private static final long ATTENTIVE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /** What was proposed to end a holder may be lost. */
    private static final long END_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Entries proposed together to end a holder. */
    private static final int ENDS_MAX = Limits.PRESENCE_CHANGES_IN_FLIGHT_MAX / 2;

    private static final Error CLOSED = Errors.of(Reason.REASON_NO_LEADER, "the shard has no leader now");

    private final ShardMachine machine;
    private final Proposer proposer;
    private final TimeSource time;
    private final Supplier<Optional<Error>> notLeading;
    private final Supplier<Optional<Error>> refusal;
    private final Runnable requireRunning;

    // Guarded by this: the time in which this replica was attentive, and when in it each holder was heard of and told
    // to end.
    private final Map<ByteString, Long> heard = new HashMap<>();
    private final Map<ByteString, Long> ending = new HashMap<>();
    private long attentiveNanos;
    private long lastNanos;

    /**
     * Presence of a replica.
     *
     * @param notLeading why this replica can't judge leases now
     * @param refusal why nothing can be changed here although it leads
     * @param requireRunning throws when the replica has stopped
     */
    HostedPresence(
            ShardMachine machine,
            Proposer proposer,
            TimeSource time,
            Supplier<Optional<Error>> notLeading,
            Supplier<Optional<Error>> refusal,
            Runnable requireRunning) {
        this.machine = machine;
        this.proposer = proposer;
        this.time = time;
        this.notLeading = notLeading;
        this.refusal = refusal;
        this.requireRunning = requireRunning;
        this.lastNanos = time.nanoTime();
    }

    @Override
    public void change(PresenceChange change, Consumer<PresenceOutcome> whenDone) {
        Optional<Error> refused = notLeading.get().or(() -> PresenceShape.malformed(change));
        if (refused.isPresent()) {
            whenDone.accept(new PresenceOutcome.Refused(refused.get()));
            return;
        }
        synchronized (this) {
            heard.put(change.getHolder(), attentiveNanos);
        }
        if (isSignOfLife(change)) {
            whenDone.accept(new PresenceOutcome.Applied(List.of()));
            return;
        }
        refused = refusal.get();
        if (refused.isPresent()) {
            whenDone.accept(new PresenceOutcome.Refused(refused.get()));
        } else {
            proposer.presence(change, whenDone, CLOSED);
        }
    }

    // Of a holder that isn't known here the log has the last word: a leader that was deposed and hasn't heard of it
    // knows too little.
    private boolean isSignOfLife(PresenceChange change) {
        PresenceHolder holder = machine.holders().get(change.getHolder());
        return holder != null
                && !holder.ended()
                && change.getEndsMembersMax() == 0
                && change.getEntersCount() + change.getLeavesCount() == 0;
    }

    @Override
    public MemberPage members(String channel, String after, int max) {
        requireRunning.run();
        return machine.members(channel, after, max);
    }

    @Override
    public MemberCounts counts(String channel) {
        requireRunning.run();
        return machine.memberCounts(channel);
    }

    @Override
    public Watch watch(String channel, Listener listener) {
        requireRunning.run();
        Watch watch = machine.watchMembers(channel, listener);
        try {
            requireRunning.run();
        } catch (RuntimeException stopped) {
            watch.close();
            throw stopped;
        }
        return watch;
    }

    /** This replica begins to lead: leases begin. */
    synchronized void leads() {
        heard.clear();
        ending.clear();
        lastNanos = time.nanoTime();
    }

    /** Ends holders that weren't heard of for a lease. Only while this replica leads. */
    void tick(ShardPolicy policy) {
        if (!proposer.isOpen()) {
            leads();
            return;
        }
        endsDue(policy).forEach(this::propose);
    }

    private synchronized List<PresenceChange> endsDue(ShardPolicy policy) {
        long now = time.nanoTime();
        attentiveNanos += Math.min(now - lastNanos, ATTENTIVE_NANOS_MAX);
        lastNanos = now;
        Map<ByteString, PresenceHolder> holders = machine.holders();
        long leaseMillis = policy.getPresence().getLeaseMs();
        long lease = TimeUnit.MILLISECONDS.toNanos(leaseMillis == 0 ? Limits.PRESENCE_LEASE_MS_DEFAULT : leaseMillis);
        List<PresenceChange> ends = new ArrayList<>();
        holders.forEach((id, holder) -> {
            long since = heard.computeIfAbsent(id, first -> attentiveNanos);
            boolean over = attentiveNanos - since > lease
                    || holder.ended()
                    || !policy.getPresence().getEnabled();
            Long asked = ending.get(id);
            if (over && (asked == null || attentiveNanos - asked > END_PAUSE_NANOS)) {
                ending.put(id, attentiveNanos);
                end(id, holder, ends);
            }
        });
        heard.entrySet()
                .removeIf(each -> !holders.containsKey(each.getKey()) && attentiveNanos - each.getValue() > lease);
        ending.keySet().retainAll(holders.keySet());
        return ends;
    }

    private static void end(ByteString id, PresenceHolder holder, List<PresenceChange> ends) {
        long entries = 1 + holder.members() / Limits.MEMBERS_PER_CHANGE_MAX;
        PresenceChange end = PresenceChange.newBuilder()
                .setHolder(id)
                .setEndsMembersMax(Limits.MEMBERS_PER_CHANGE_MAX)
                .build();
        for (long i = 0; i < Math.min(entries, ENDS_MAX); i++) {
            ends.add(end);
        }
    }

    private void propose(PresenceChange end) {
        proposer.presence(
                end,
                outcome -> {
                    if (outcome instanceof PresenceOutcome.Refused refused) {
                        LOG.debug(
                                "a holder of members couldn't be ended yet: {}",
                                refused.error().getText());
                    }
                },
                CLOSED);
    }
}
