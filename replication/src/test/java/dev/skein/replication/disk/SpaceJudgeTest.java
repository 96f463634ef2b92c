package dev.skein.replication.disk;

import static dev.skein.replication.disk.SpaceJudge.Room.ENOUGH;
import static dev.skein.replication.disk.SpaceJudge.Room.LOW;
import static dev.skein.replication.disk.SpaceJudge.Room.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.replication.DiskRules;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpaceJudgeTest {

    private final SpaceJudge judge = new SpaceJudge(new DiskRules(Duration.ofSeconds(1), Duration.ZERO, 1_000));

    @Test
    void getsWorseAtOnceAndBetterWithADistance() {
        assertEquals(ENOUGH, judge.judge(1_000));
        assertEquals(LOW, judge.judge(999));
        assertEquals(LOW, judge.judge(1_499), "not enough to begin again");
        assertEquals(ENOUGH, judge.judge(1_500));
        assertEquals(ENOUGH, judge.judge(1_001));
    }

    @Test
    void withAQuarterLeftNothingIsAdded() {
        assertEquals(LOW, judge.judge(250));
        assertEquals(NONE, judge.judge(249));
        assertEquals(NONE, judge.judge(499), "single appends don't swing it");
        assertEquals(LOW, judge.judge(500));
        assertEquals(NONE, judge.judge(0));
        assertEquals(LOW, judge.judge(1_000), "room, but not enough to begin again");
        assertEquals(ENOUGH, judge.judge(5_000));
    }
}
