package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SerialLanesTest {

    private final ArrayDeque<Runnable> submitted = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();

    @Test
    void tasksOfOneKeyRunInOrderAsOneTask() {
        SerialLanes lanes = new SerialLanes(4, submitted::add);
        IntStream.range(0, 5).forEach(i -> lanes.execute(7, () -> done.add(i)));
        assertEquals(1, submitted.size());
        runAll();
        assertEquals(List.of(0, 1, 2, 3, 4), done);
    }

    @Test
    void aBusyLaneGivesItsThreadBack() {
        SerialLanes lanes = new SerialLanes(1, submitted::add);
        IntStream.range(0, 100).forEach(i -> lanes.execute(7, () -> done.add(i)));
        submitted.remove().run();
        assertTrue(done.size() < 100);
        assertEquals(1, submitted.size());
        runAll();
        assertEquals(IntStream.range(0, 100).boxed().toList(), done);
    }

    @Test
    void aTaskAddedDuringATurnIsNotForgotten() {
        SerialLanes lanes = new SerialLanes(1, submitted::add);
        lanes.execute(7, () -> lanes.execute(7, () -> done.add(1)));
        runAll();
        assertEquals(List.of(1), done);
    }

    private void runAll() {
        while (!submitted.isEmpty()) {
            submitted.remove().run();
        }
    }
}
