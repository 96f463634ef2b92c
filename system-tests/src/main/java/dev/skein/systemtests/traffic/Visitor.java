package dev.skein.systemtests.traffic;

import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.Message;
import dev.skein.client.ResumeToken;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Resumption;
import dev.skein.systemtests.history.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that follows a channel for a moment, leaves with a token, and goes on with it in another region. */
public final class Visitor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Visitor.class);

    /** How long a visit is, whatever comes: the pace of leaving and coming back. */
    private static final int STAY_MILLIS_MIN = 400;

    private static final int STAY_MILLIS_SPREAD = 2_000;

    private static final long LEAVE_SECONDS = 10;

    /** Each visit is a source of its own. Reached: the visitor stays at home. */
    private static final int VISITS_MAX = 2_000;

    private final String channel;
    private final History history;
    private final Homes homes;
    private final Random random;
    private final List<String> regions;
    private final List<SkeinClient> clients = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "visitor");
    private Optional<ResumeToken> token = Optional.empty();
    private long tokenSerial;

    /** Written by callbacks, read after the subscription's last one. */
    private volatile long delivered;

    public Visitor(Fleet fleet, List<String> regions, String channel, History history, Homes homes, Random random)
            throws IOException {
        this.regions = List.copyOf(regions);
        this.channel = channel;
        this.history = history;
        this.homes = homes;
        this.random = random;
        for (String region : regions) {
            clients.add(fleet.reader(region));
        }
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            for (int visit = 0; visit < VISITS_MAX; visit++) {
                visit(visit % regions.size());
            }
        } catch (InterruptedException stopping) {
            LOG.debug("the visitor of {} goes", channel);
        } catch (RuntimeException defect) {
            LOG.error("the visitor of {} broke off", channel, defect);
        }
    }

    private void visit(int turn) throws InterruptedException {
        int number = history.channel(channel);
        int source = history.addSource(new Source(Source.Kind.VISITOR, regions.get(turn)));
        history.cover(source, number);
        token.ifPresent(held -> history.resumed(new Resumption(source, number, tokenSerial, delivered)));
        Visit visit = new Visit(source, number);
        SubscribeOptions from =
                token.isPresent() ? SubscribeOptions.resume(token.get()) : SubscribeOptions.fromSerial(1);
        Subscription subscription = clients.get(turn).subscribe(channel, from, visit::note);
        try {
            Thread.sleep(STAY_MILLIS_MIN + random.nextInt(STAY_MILLIS_SPREAD));
        } finally {
            subscription.close();
        }
        if (!visit.closed.await(LEAVE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a closed subscription did not end");
        }
        subscription.position().ifPresent(position -> tokenSerial = position.serial());
        token = subscription.resumeToken().or(() -> token);
    }

    /** What one visit gets; on callback threads, one event at a time. */
    private final class Visit {
        private final int source;
        private final int number;
        private final CountDownLatch closed = new CountDownLatch(1);

        Visit(int source, int number) {
            this.source = source;
            this.number = number;
        }

        void note(SubscriptionEvent event) {
            long now = System.nanoTime();
            if (event instanceof Message message) {
                history.sighted(Sightings.of(source, number, message, homes, now));
                delivered = message.serial();
            } else if (event instanceof Gap gap) {
                history.marked(new Mark(Mark.Kind.GAP, source, number, gap.firstSerial(), gap.lastSerial(), now));
            } else if (event instanceof Closed) {
                closed.countDown();
            } else if (event instanceof CaughtUp) {
                LOG.trace("{} caught up", channel);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(LEAVE_SECONDS));
        clients.forEach(SkeinClient::close);
    }
}
