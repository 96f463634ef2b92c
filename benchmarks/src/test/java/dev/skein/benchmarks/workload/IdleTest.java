package dev.skein.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Row;
import dev.skein.benchmarks.report.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleTest {

    @Test
    void aReplicaTakesWhatMoreShardsAddedDividedByTheirNumber() {
        List<Row> rows = new Idle()
                .finish(List.of(
                        row("skein", 12, 200), row("kafka", 12, 500), row("skein", 96, 242), row("kafka", 96, 584)));
        assertTrue(rows.get(0).figures().get(Figure.RESIDENT_PER_REPLICA).isEmpty());
        assertEquals(512, rows.get(2).figures().get(Figure.RESIDENT_PER_REPLICA).orElseThrow());
        assertEquals(
                1_024, rows.get(3).figures().get(Figure.RESIDENT_PER_REPLICA).orElseThrow());
    }

    private static Row row(String system, int shards, double rssMiB) {
        Figures figures = Figures.none().with(Figure.RSS_MIB, rssMiB);
        return new Row("idle", system, "fsync quorum", Shape.of(0, shards, 0), 3, figures, "");
    }
}
