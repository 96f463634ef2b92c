package dev.skein.replication.simulation;

import com.google.protobuf.ByteString;
import dev.skein.core.testing.History;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.presence.HolderLedger;
import dev.skein.replication.presence.PresenceOutcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A node's clients that come and go. It tells the shard as a real one does; it may die and never be heard of again. */
final class SimulatedHolder {

    static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** What a leader that doesn't know yet that it leads no more may have answered last. */
    private static final long DEPOSED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long RENEW_NANOS = LEASE_NANOS / 5;
    private static final int CLIENTS = 4;

    private final int number;
    private final SimulatedWorld world;
    private final Random random;
    private final HolderLedger ledger;

    /** Channel and client to info, as it should be. */
    private final Map<String, String> members = new HashMap<>();

    private boolean alive = true;
    private long renewedNanos;
    private long heardNanos;

    SimulatedHolder(int number, SimulatedWorld world, Random random) {
        this.number = number;
        this.world = world;
        this.random = random;
        this.ledger = new HolderLedger(number);
    }

    /** One of its clients enters, changes or leaves. */
    void act() {
        if (!alive) {
            return;
        }
        String channel = SimulatedWorld.CHANNELS.get(random.nextInt(SimulatedWorld.CHANNELS.size()));
        String client = "h" + number + "-" + random.nextInt(CLIENTS);
        if (random.nextInt(3) == 0) {
            ledger.leave(channel, client);
            members.remove(place(channel, client));
        } else {
            String info = "i" + random.nextInt(3);
            ledger.enter(PresenceEnter.newBuilder()
                    .setChannel(channel)
                    .setClient(client)
                    .setUser("u" + random.nextInt(2))
                    .setInfo(ByteString.copyFromUtf8(info))
                    .build());
            members.put(place(channel, client), info);
        }
        send();
    }

    /** Called often. */
    void send() {
        long now = world.time().nanoTime();
        boolean renews = now - renewedNanos > RENEW_NANOS;
        if (alive) {
            ledger.next(renews).ifPresent(change -> {
                renewedNanos = now;
                world.send(change, outcome -> answered(change, now, outcome));
                world.time().after(1_000_000_000 + random.nextInt(500_000_000), () -> {
                    ledger.unanswered(change.getSequence());
                    send();
                });
            });
        }
    }

    private void answered(PresenceChange change, long sentNanos, PresenceOutcome outcome) {
        if (!alive) {
            return;
        }
        if (outcome instanceof PresenceOutcome.Applied applied) {
            History.check(applied.refused().isEmpty(), () -> this + " was refused: " + outcome);
            heardNanos = Math.max(heardNanos, sentNanos);
        } else if (outcome instanceof PresenceOutcome.UnknownHolder
                && change.getHolder().equals(ledger.holder())) {
            long unheard = world.time().nanoTime() - heardNanos;
            History.check(
                    change.getBegins() || unheard > LEASE_NANOS - DEPOSED_NANOS,
                    () -> this + " was thrown out, unheard for " + unheard);
        }
        ledger.answered(change.getSequence(), outcome);
        if (ledger.isTold()) {
            return;
        }
        send();
    }

    void die() {
        alive = false;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isDone() {
        return !alive || ledger.isTold();
    }

    /** Whether it is this one's. */
    boolean has(ByteString holder) {
        return holder.asReadOnlyByteBuffer().getLong() == number;
    }

    boolean isPresent(ByteString holder) {
        return alive && ledger.holder().equals(holder);
    }

    Map<String, String> members() {
        return alive ? members : Map.of();
    }

    static String place(String channel, String client) {
        return channel + "/" + client;
    }

    @Override
    public String toString() {
        return "holder " + number;
    }
}
