package dev.skein.server.loop;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IoLoopTest {

    private static final int MANY = 100_000;

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("loop-under-test", true), NioIoHandler.newFactory());
    private final IoLoop loop = new IoLoop((EventLoop) threads.next());

    @AfterEach
    void stop() {
        loop.close();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void runsTasksOfManyThreadsOneAtATimeAndEachThreadsInOrder() throws Exception {
        List<List<Integer>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        List<Thread> givers = IntStream.range(0, seen.size())
                .mapToObj(giver -> new Thread(() -> IntStream.range(0, MANY)
                        .forEach(i -> loop.execute(() -> {
                            together.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            seen.get(giver).add(i);
                            inside.decrementAndGet();
                        }))))
                .toList();
        givers.forEach(Thread::start);
        for (Thread each : givers) {
            each.join();
        }
        loop.close();
        List<Integer> inOrder = IntStream.range(0, MANY).boxed().toList();
        seen.forEach(each -> assertEquals(inOrder, each));
        assertEquals(1, together.get());
    }

    /** Each task is given when the loop has just become idle: a lost wake-up would leave it there. */
    @Test
    void missesNoWakeUp() {
        Phaser turns = new Phaser(1);
        for (int i = 0; i < MANY; i++) {
            int phase = turns.getPhase();
            loop.execute(turns::arrive);
            turns.awaitAdvance(phase);
        }
        assertEquals(MANY, turns.getPhase());
    }

    @Test
    void runsTimersInTheOrderOfTheirTimesAlsoWhileTheInboxIsBusy() {
        ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
        AtomicInteger turns = new AtomicInteger();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                turns.incrementAndGet();
                if (ran.size() < 3) {
                    loop.execute(this);
                }
            }
        });
        loop.schedule(400, () -> ran.add("third"));
        loop.schedule(200, () -> ran.add("second"));
        loop.execute(() -> loop.schedule(1, () -> ran.add("first")));
        eventually("three timers", () -> ran.size() == 3);
        assertEquals(List.of("first", "second", "third"), List.copyOf(ran));
        assertTrue(turns.get() > 3);
    }

    @Test
    void aTimerThatSchedulesItselfAtOnceLeavesRoomForOthers() {
        CountDownLatch other = new CountDownLatch(1);
        loop.schedule(0, new Runnable() {
            @Override
            public void run() {
                if (other.getCount() > 0) {
                    loop.schedule(0, this);
                }
            }
        });
        loop.execute(other::countDown);
        eventually("the other ran", () -> other.getCount() == 0);
    }

    @Test
    void forgetsACancelledTimer() {
        ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
        Loop.Timer first = loop.schedule(20, () -> ran.add("cancelled outside"));
        first.cancel();
        loop.execute(() -> {
            Loop.Timer second = loop.schedule(20, () -> ran.add("cancelled inside"));
            second.cancel();
        });
        loop.schedule(60, () -> ran.add("kept"));
        eventually("the last timer", () -> ran.contains("kept"));
        assertEquals(List.of("kept"), List.copyOf(ran));
    }

    @Test
    void goesOnAfterATaskThatThrows() {
        AtomicInteger ran = new AtomicInteger();
        loop.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        loop.schedule(1, () -> {
            throw new IllegalStateException("on purpose");
        });
        loop.schedule(5, ran::incrementAndGet);
        loop.execute(ran::incrementAndGet);
        eventually("both", () -> ran.get() == 2);
    }

    @Test
    void closingRunsWhatWasGivenAndForgetsWhatWaitsForItsTime() {
        AtomicInteger ran = new AtomicInteger();
        loop.schedule(60_000, () -> ran.addAndGet(MANY));
        IntStream.range(0, 1_000).forEach(i -> loop.execute(ran::incrementAndGet));
        loop.close();
        assertEquals(1_000, ran.get());
        loop.execute(ran::incrementAndGet);
        loop.schedule(0, ran::incrementAndGet);
        assertEquals(1_000, ran.get());
    }
}
