package dev.skein.systemtests.history;

import dev.skein.client.Receipt;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * The record of a run: what was published, what was answered, what every subscriber, history reader and replica showed. Thread-safe while
 * it is recorded. Times are {@link System#nanoTime}.
 */
public final class History {

    private static final int PUBLISH_OUTCOME = 4;
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Mark.Kind[] MARKS = Mark.Kind.values();

    private final Names channels = new Names();
    private final Names regions = new Names();
    private final List<Client> clients = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final List<BitSet> covered = new ArrayList<>();

    private final Table publishes = new Table(9);
    private final Table retries = new Table(7);
    private final Table sightings = new Table(9);
    private final Table marks = new Table(6);
    private final Table attachments = new Table(3);
    private final Table reads = new Table(5);
    private final Table conditions = new Table(3);
    private final Table resumptions = new Table(4);
    private final Table leaderships = new Table(3);
    private final Table digests = new Table(4);
    private final Names groups = new Names();
    private final Names nodes = new Names();

    // ------------------------------------------------------------------ recording

    /** The number of a channel's full name. */
    public int channel(String fullName) {
        return channels.number(fullName);
    }

    /** Adds a client; answers its number. */
    public synchronized int addClient(Client client) {
        clients.add(client);
        return clients.size() - 1;
    }

    /** Adds a source; answers its number. */
    public synchronized int addSource(Source source) {
        sources.add(source);
        covered.add(new BitSet());
        return sources.size() - 1;
    }

    /** Says that the source shows this channel, even if it has shown nothing of it. */
    public synchronized void cover(int source, int channel) {
        covered.get(source).set(channel);
    }

    /** A message is given to a client; answers its id. The payload's digest is known only with the id and comes next. */
    public int invoked(int client, int channel, long nanos) {
        return publishes.append(client, channel, 0, nanos, Outcome.PENDING.ordinal(), 0, 0, 0, 0);
    }

    /** The payload that was made for the id. */
    public void payload(int id, int crc) {
        publishes.set(id, 2, crc);
    }

    public void acknowledged(int id, Receipt receipt, long nanos) {
        publishes.set(
                id,
                PUBLISH_OUTCOME,
                Outcome.ACKNOWLEDGED.ordinal(),
                nanos,
                receipt.epoch(),
                receipt.serial(),
                bit(receipt.duplicate()));
    }

    /** It ended without a receipt. */
    public void ended(int id, Outcome outcome, long nanos) {
        publishes.set(id, PUBLISH_OUTCOME, outcome.ordinal(), nanos);
    }

    public void retried(Retry retry) {
        retries.append(
                retry.id(),
                regions.number(retry.region()),
                bit(retry.afterCommit()),
                retry.outcome().ordinal(),
                retry.epoch(),
                retry.serial(),
                bit(retry.duplicate()));
    }

    public void sighted(Sighting seen) {
        sightings.append(
                seen.source(),
                seen.channel(),
                seen.epoch(),
                seen.serial(),
                seen.id(),
                seen.crc(),
                seen.identity(),
                seen.timeMillis(),
                seen.nanos());
    }

    public void marked(Mark mark) {
        marks.append(mark.kind().ordinal(), mark.source(), mark.channel(), mark.first(), mark.last(), mark.nanos());
    }

    public void attached(Attachment attachment) {
        attachments.append(attachment.client(), regions.number(attachment.region()), attachment.nanos());
    }

    public void read(Read read) {
        reads.append(read.client(), read.channel(), read.invokedNanos(), read.returnedNanos(), read.lastSerial());
    }

    public void condition(Condition condition) {
        conditions.append(condition.id(), condition.expected(), condition.reported());
    }

    public void resumed(Resumption resumption) {
        resumptions.append(resumption.source(), resumption.channel(), resumption.token(), resumption.delivered());
    }

    public void led(Leadership leadership) {
        leaderships.append(groups.number(leadership.group()), leadership.term(), nodes.number(leadership.leader()));
    }

    public void digest(StateDigest digest) {
        digests.append(
                groups.number(digest.group()), nodes.number(digest.node()), digest.appliedIndex(), digest.digest());
    }

    // ------------------------------------------------------------------ reading

    public int publishCount() {
        return publishes.rows();
    }

    public Publish publish(int id) {
        long[] row = publishes.row(id);
        return new Publish(
                id,
                (int) row[0],
                (int) row[1],
                (int) row[2],
                row[3],
                OUTCOMES[(int) row[4]],
                row[5],
                row[6],
                row[7],
                row[8] == 1);
    }

    public void publishes(Consumer<Publish> each) {
        for (int id = 0; id < publishes.rows(); id++) {
            each.accept(publish(id));
        }
    }

    public void retries(Consumer<Retry> each) {
        for (int i = 0; i < retries.rows(); i++) {
            long[] row = retries.row(i);
            each.accept(new Retry(
                    (int) row[0],
                    regions.name((int) row[1]),
                    row[2] == 1,
                    OUTCOMES[(int) row[3]],
                    row[4],
                    row[5],
                    row[6] == 1));
        }
    }

    public int sightingCount() {
        return sightings.rows();
    }

    public Sighting sighting(int row) {
        long[] seen = sightings.row(row);
        return new Sighting(
                (int) seen[0], (int) seen[1], seen[2], seen[3], seen[4], (int) seen[5], seen[6], seen[7], seen[8]);
    }

    /** All sightings in the order of recording; those of one subscriber and channel come in the order of delivery. */
    public void sightings(Consumer<Sighting> each) {
        for (int i = 0; i < sightings.rows(); i++) {
            each.accept(sighting(i));
        }
    }

    public void marks(Consumer<Mark> each) {
        for (int i = 0; i < marks.rows(); i++) {
            long[] row = marks.row(i);
            each.accept(new Mark(MARKS[(int) row[0]], (int) row[1], (int) row[2], row[3], row[4], row[5]));
        }
    }

    public void attachments(Consumer<Attachment> each) {
        for (int i = 0; i < attachments.rows(); i++) {
            long[] row = attachments.row(i);
            each.accept(new Attachment((int) row[0], regions.name((int) row[1]), row[2]));
        }
    }

    public void reads(Consumer<Read> each) {
        for (int i = 0; i < reads.rows(); i++) {
            long[] row = reads.row(i);
            each.accept(new Read((int) row[0], (int) row[1], row[2], row[3], row[4]));
        }
    }

    public void conditions(Consumer<Condition> each) {
        for (int i = 0; i < conditions.rows(); i++) {
            long[] row = conditions.row(i);
            each.accept(new Condition((int) row[0], row[1], row[2]));
        }
    }

    public void resumptions(Consumer<Resumption> each) {
        for (int i = 0; i < resumptions.rows(); i++) {
            long[] row = resumptions.row(i);
            each.accept(new Resumption((int) row[0], (int) row[1], row[2], row[3]));
        }
    }

    public void leaderships(Consumer<Leadership> each) {
        for (int i = 0; i < leaderships.rows(); i++) {
            long[] row = leaderships.row(i);
            each.accept(new Leadership(groups.name((int) row[0]), row[1], nodes.name((int) row[2])));
        }
    }

    public void digests(Consumer<StateDigest> each) {
        for (int i = 0; i < digests.rows(); i++) {
            long[] row = digests.row(i);
            each.accept(new StateDigest(groups.name((int) row[0]), nodes.name((int) row[1]), row[2], row[3]));
        }
    }

    public int channelCount() {
        return channels.size();
    }

    public String channelName(int channel) {
        return channels.name(channel);
    }

    public List<String> channelNames() {
        return channels.all();
    }

    public synchronized Client client(int client) {
        return clients.get(client);
    }

    public synchronized List<Source> sources() {
        return List.copyOf(sources);
    }

    public synchronized boolean covers(int source, int channel) {
        return covered.get(source).get(channel);
    }

    private static long bit(boolean value) {
        return value ? 1 : 0;
    }
}
