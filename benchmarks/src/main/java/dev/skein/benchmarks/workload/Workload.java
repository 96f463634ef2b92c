package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.report.Row;
import dev.skein.benchmarks.report.Shape;
import dev.skein.benchmarks.system.Durability;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.Target;
import java.io.IOException;
import java.util.List;

/** An exercise for a messaging system. Stateless. */
public interface Workload {

    /** One lower-case word. */
    String name();

    /** What it shows, in one line. */
    String about();

    /** The shapes it is run in unless the user says otherwise. */
    List<Shape> shapes();

    /** Whether the target can do it. */
    default boolean suits(Target target) {
        return target.suits(name());
    }

    /** Whether it means anything at this durability. */
    default boolean suits(Durability durability) {
        return true;
    }

    /** Looks at all its rows together, and adds what only several of them can tell. */
    default List<Row> finish(List<Row> rows) {
        return rows;
    }

    /** Connects and warms up; the answer measures once per call. */
    Exercise open(RunningTarget target, Shape shape, Settings settings) throws IOException;

    /** A workload that is ready to be measured. Used by one thread. */
    interface Exercise extends AutoCloseable {

        /** One run. */
        Figures measure() throws IOException;

        /** What a reader of the figures must know; may be empty. */
        default String note() {
            return "";
        }

        @Override
        void close();
    }
}
