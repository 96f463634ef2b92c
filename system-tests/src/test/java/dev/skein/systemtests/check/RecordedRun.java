package dev.skein.systemtests.check;

import dev.skein.client.Receipt;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Retry;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A small run in which every promise was kept, for tests to spoil before it becomes a history. */
final class RecordedRun {

    static final int SUBSCRIBER = 0;
    static final int HISTORY = 1;
    static final int REPLICA = 2;
    static final int OTHER_REPLICA = 3;
    static final int SERIALS = 10;

    private static final int CHANNELS = 2;
    private static final int CLIENTS = 2;
    static final long EPOCH = 77;
    private static final List<Source> SOURCES = List.of(
            new Source(Source.Kind.SUBSCRIBER, "eu"),
            new Source(Source.Kind.HISTORY, "us"),
            new Source(Source.Kind.REPLICA, "us-a"),
            new Source(Source.Kind.REPLICA, "eu-a"));

    final List<Publish> publishes = new ArrayList<>();
    private final List<Publish> kept;
    final List<Sighting> sightings = new ArrayList<>();
    final List<Retry> retries = new ArrayList<>();
    final List<Mark> marks = new ArrayList<>();

    /** Twenty messages, one after the other, to two channels in turns, by each client two at a time. */
    RecordedRun() {
        for (int id = 0; id < CHANNELS * SERIALS; id++) {
            publishes.add(new Publish(
                    id,
                    id / 2 % CLIENTS,
                    id % CHANNELS,
                    crc(id),
                    id * 10,
                    Outcome.ACKNOWLEDGED,
                    id * 10 + 5,
                    EPOCH,
                    serialOf(id),
                    false));
        }
        for (int source = 0; source < SOURCES.size(); source++) {
            for (Publish publish : publishes) {
                sightings.add(seen(source, publish));
            }
        }
        kept = List.copyOf(publishes);
        retries.add(new Retry(3, "ap", true, Outcome.ACKNOWLEDGED, EPOCH, serialOf(3), true));
    }

    static int serialOf(int id) {
        return id / CHANNELS + 1;
    }

    private static Sighting seen(int source, Publish publish) {
        boolean replica = SOURCES.get(source).kind() == Source.Kind.REPLICA;
        return new Sighting(
                source,
                publish.channel(),
                EPOCH,
                publish.serial(),
                replica ? -1 : publish.id(),
                publish.crc(),
                1_000 + publish.id(),
                5_000 + publish.id(),
                publish.returnedNanos());
    }

    static int crc(int id) {
        return Identity.crc(ByteBuffer.wrap(Identity.payload(id, "somebody", "says something")));
    }

    /** The sighting by this source of this message, unspoilt. */
    Sighting sighting(int source, int id) {
        return seen(source, kept.get(id));
    }

    /** Everything of the run, once no test wants to spoil it any more. */
    History history() {
        History history = new History();
        for (int client = 0; client < CLIENTS; client++) {
            history.addClient(new Client("chat", client == 0 ? "us" : "eu"));
        }
        for (int channel = 0; channel < CHANNELS; channel++) {
            history.channel("default:room-" + channel);
        }
        SOURCES.forEach(history::addSource);
        for (int source = 0; source < SOURCES.size(); source++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                history.cover(source, channel);
            }
        }
        publishes.forEach(publish -> write(publish, history));
        sightings.forEach(history::sighted);
        retries.forEach(history::retried);
        marks.forEach(history::marked);
        return history;
    }

    private static void write(Publish publish, History history) {
        int id = history.invoked(publish.client(), publish.channel(), publish.invokedNanos());
        history.payload(id, publish.crc());
        if (publish.isAcknowledged()) {
            Receipt receipt = new Receipt(
                    publish.epoch(), publish.serial(), publish.serial(), Instant.EPOCH, publish.duplicate());
            history.acknowledged(id, receipt, publish.returnedNanos());
        } else if (publish.outcome() != Outcome.PENDING) {
            history.ended(id, publish.outcome(), publish.returnedNanos());
        }
    }

    // ------------------------------------------------------------------ spoiling

    RecordedRun without(int source, int id) {
        sightings.remove(sighting(source, id));
        return this;
    }

    RecordedRun change(int source, int id, UnaryOperator<Sighting> change) {
        sightings.replaceAll(seen -> seen.equals(sighting(source, id)) ? change.apply(seen) : seen);
        return this;
    }

    RecordedRun changePublish(int id, UnaryOperator<Publish> change) {
        publishes.set(id, change.apply(publishes.get(id)));
        return this;
    }

    RecordedRun changeRetry(UnaryOperator<Retry> change) {
        retries.replaceAll(change);
        return this;
    }

    static Sighting at(Sighting seen, long serial) {
        return new Sighting(
                seen.source(),
                seen.channel(),
                seen.epoch(),
                serial,
                seen.id(),
                seen.crc(),
                seen.identity(),
                seen.timeMillis(),
                seen.nanos());
    }

    static Sighting withMessage(Sighting seen, int id) {
        return new Sighting(
                seen.source(),
                seen.channel(),
                seen.epoch(),
                seen.serial(),
                seen.id() < 0 ? -1 : id,
                crc(id),
                seen.identity(),
                seen.timeMillis(),
                seen.nanos());
    }

    static Sighting withChecksum(Sighting seen, int crc) {
        return new Sighting(
                seen.source(),
                seen.channel(),
                seen.epoch(),
                seen.serial(),
                seen.id(),
                crc,
                seen.identity(),
                seen.timeMillis(),
                seen.nanos());
    }

    static Publish withChecksum(Publish publish, int crc) {
        return new Publish(
                publish.id(),
                publish.client(),
                publish.channel(),
                crc,
                publish.invokedNanos(),
                publish.outcome(),
                publish.returnedNanos(),
                publish.epoch(),
                publish.serial(),
                publish.duplicate());
    }

    static Sighting withIdentity(Sighting seen, long identity) {
        return new Sighting(
                seen.source(),
                seen.channel(),
                seen.epoch(),
                seen.serial(),
                seen.id(),
                seen.crc(),
                identity,
                seen.timeMillis(),
                seen.nanos());
    }

    static Sighting inEpoch(Sighting seen, long epoch) {
        return new Sighting(
                seen.source(),
                seen.channel(),
                epoch,
                seen.serial(),
                seen.id(),
                seen.crc(),
                seen.identity(),
                seen.timeMillis(),
                seen.nanos());
    }

    static Publish ended(Publish publish, Outcome outcome) {
        return new Publish(
                publish.id(),
                publish.client(),
                publish.channel(),
                publish.crc(),
                publish.invokedNanos(),
                outcome,
                publish.returnedNanos(),
                0,
                0,
                false);
    }

    static Publish at(Publish publish, long serial) {
        return new Publish(
                publish.id(),
                publish.client(),
                publish.channel(),
                publish.crc(),
                publish.invokedNanos(),
                publish.outcome(),
                publish.returnedNanos(),
                publish.epoch(),
                serial,
                publish.duplicate());
    }

    static Publish invokedAt(Publish publish, long nanos) {
        return new Publish(
                publish.id(),
                publish.client(),
                publish.channel(),
                publish.crc(),
                nanos,
                publish.outcome(),
                nanos + 5,
                publish.epoch(),
                publish.serial(),
                publish.duplicate());
    }
}
