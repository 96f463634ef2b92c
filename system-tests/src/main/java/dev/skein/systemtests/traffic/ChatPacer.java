package dev.skein.systemtests.traffic;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that says the chat at a steady rate, each sender from his own region, until it is told that enough was said. */
public final class ChatPacer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChatPacer.class);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Chat chat;
    private final Homes homes;
    private final Fleet fleet;
    private final List<String> regions;
    private final int rate;
    private final Thread thread = new Thread(this::run, "chat");
    private volatile long goal = Long.MAX_VALUE;
    private volatile long said;

    public ChatPacer(Chat chat, Homes homes, Fleet fleet, List<String> regions, int rate) {
        this.chat = chat;
        this.homes = homes;
        this.fleet = fleet;
        this.regions = regions;
        this.rate = rate;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    public long said() {
        return said;
    }

    /** Ends as soon as this many messages were said. */
    public void finishAfter(long messages) {
        goal = messages;
    }

    /** Waits until as much was said as {@link #finishAfter} wants; false when nothing more is said for so long. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        long before = -1;
        while (thread.isAlive() && before != said) {
            before = said;
            thread.join(patience.toMillis());
        }
        return !thread.isAlive();
    }

    private void run() {
        long start = System.nanoTime();
        try {
            while (said < goal && !Thread.currentThread().isInterrupted()) {
                waitUntil(start + said * NANOS_PER_SECOND / rate);
                say(chat.line(said));
                said = said + 1;
            }
        } catch (InterruptedException stopping) {
            LOG.debug("the chat was stopped after {} messages", said);
        } catch (RuntimeException defect) {
            LOG.error("the chat ended after {} messages", said, defect);
        }
    }

    private void say(ChatLine line) throws InterruptedException {
        String region = regions.get(Math.floorMod(line.sender().hashCode(), regions.size()));
        fleet.chat(region).publish(homes.channelOf(line.room()), line.sender(), line.text());
    }

    private static void waitUntil(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
