package dev.skein.systemtests.traffic;

import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.Message;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Source;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/** A region's client that follows every channel from its beginning and writes down what it gets. Thread-safe. */
public final class FullSubscriber implements AutoCloseable {

    private final SkeinClient client;
    private final History history;
    private final Tally tally;
    private final String region;
    private final Homes homes;
    private final int source;
    private final LongConsumer seen;
    private final Map<String, Long> positions = new ConcurrentHashMap<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private volatile boolean closing;

    /** @param seen told the id of each message, on a callback thread */
    public FullSubscriber(
            SkeinClient client, String region, Homes homes, History history, Tally tally, LongConsumer seen) {
        this.client = client;
        this.history = history;
        this.tally = tally;
        this.region = region;
        this.homes = homes;
        this.seen = seen;
        this.source = history.addSource(new Source(Source.Kind.SUBSCRIBER, region));
        Attachments.record(client, history.addClient(new Client("subscriber", region)), history);
    }

    public void follow(Collection<String> channels) {
        for (String channel : channels) {
            int number = history.channel(channel);
            history.cover(source, number);
            positions.put(channel, 0L);
            subscriptions.add(client.subscribe(channel, SubscribeOptions.fromSerial(1), event -> note(number, event)));
        }
    }

    /** Waits until the server has started every subscription; answers whether it has. */
    public boolean awaitStarted(long deadlineNanos) throws InterruptedException {
        try {
            for (Subscription subscription : subscriptions) {
                long left = Math.max(1, deadlineNanos - System.nanoTime());
                subscription.started().get(left, TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    public String region() {
        return region;
    }

    /** The last serial it got of a channel. */
    public long position(String channel) {
        return positions.getOrDefault(channel, 0L);
    }

    private void note(int channel, SubscriptionEvent event) {
        long now = System.nanoTime();
        if (event instanceof Message message) {
            message(channel, message, now);
        } else if (event instanceof Gap gap) {
            history.marked(new Mark(Mark.Kind.GAP, source, channel, gap.firstSerial(), gap.lastSerial(), now));
        } else if (event instanceof CaughtUp caughtUp) {
            long serial = caughtUp.position().serial();
            history.marked(new Mark(Mark.Kind.CAUGHT_UP, source, channel, serial, serial, now));
        } else if (event instanceof Closed && !closing) {
            history.marked(new Mark(Mark.Kind.CLOSED, source, channel, 0, 0, now));
        }
    }

    private void message(int channel, Message message, long now) {
        history.sighted(Sightings.of(source, channel, message, homes, now));
        tally.delivered.increment();
        positions.put(message.channel(), message.serial());
        seen.accept(Identity.idIn(message.payload()));
    }

    @Override
    public void close() {
        closing = true;
        client.close();
    }
}
