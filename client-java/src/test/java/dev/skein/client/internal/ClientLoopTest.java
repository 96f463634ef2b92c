package dev.skein.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientLoopTest {

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("loop-under-test", true), NioIoHandler.newFactory());
    private final ClientLoop loop = new ClientLoop(threads.next());
    private final List<Integer> ran = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.stop();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void runsTasksInTheOrderTheyWereGiven() throws Exception {
        CompletableFuture<List<Integer>> seen = new CompletableFuture<>();
        IntStream.range(0, 5_000).forEach(i -> loop.execute(() -> ran.add(i)));
        loop.execute(() -> seen.complete(List.copyOf(ran)));
        assertEquals(IntStream.range(0, 5_000).boxed().toList(), seen.get(10, TimeUnit.SECONDS));
    }

    @Test
    void takesTasksOfManyThreadsWithoutSleepingThroughOne() throws Exception {
        CountDownLatch all = new CountDownLatch(20_000);
        List<Thread> givers = IntStream.range(0, 4)
                .mapToObj(t -> new Thread(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        loop.execute(all::countDown);
                        Thread.yield();
                    }
                }))
                .toList();
        givers.forEach(Thread::start);
        assertTrue(all.await(20, TimeUnit.SECONDS), all::toString);
        for (Thread giver : givers) {
            giver.join();
        }
    }

    @Test
    void wakesForATimerThatIsSetWhileItWouldSleepLonger() throws Exception {
        CompletableFuture<String> rang = new CompletableFuture<>();
        loop.execute(() -> loop.timers().in(Duration.ofMinutes(5), () -> rang.complete("late")));
        loop.execute(() -> loop.timers().in(Duration.ofMillis(5), () -> rang.complete("soon")));
        assertEquals("soon", rang.get(10, TimeUnit.SECONDS));
    }

    @Test
    void runsWhatItHasWhenItStopsAndNothingAfter() {
        CountDownLatch held = new CountDownLatch(1);
        loop.execute(() -> awaitQuietly(held));
        loop.execute(() -> {
            ran.add(1);
            loop.execute(() -> ran.add(2));
        });
        Thread stopping = new Thread(loop::stop);
        stopping.start();
        while (stopping.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        held.countDown();
        loop.stop();
        loop.execute(() -> ran.add(3));
        assertEquals(List.of(1), ran);
    }

    @Test
    void goesOnAfterADefect() throws Exception {
        CompletableFuture<Boolean> after = new CompletableFuture<>();
        loop.execute(() -> {
            throw new AssertionError("a defect");
        });
        loop.execute(() -> {
            Thread.currentThread().interrupt();
            loop.timers().in(Duration.ZERO, () -> {
                throw new IllegalStateException("another");
            });
        });
        loop.execute(() -> loop.timers().in(Duration.ofMillis(1), () -> after.complete(true)));
        assertTrue(after.get(10, TimeUnit.SECONDS));
    }

    @Test
    void mayBeStoppedFromItself() throws Exception {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        loop.execute(() -> {
            loop.stop();
            stopped.complete(Thread.currentThread().isInterrupted());
        });
        assertFalse(stopped.get(10, TimeUnit.SECONDS));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
