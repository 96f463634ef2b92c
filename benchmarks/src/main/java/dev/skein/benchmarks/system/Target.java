package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A messaging system that can be measured. Stateless. */
public interface Target {

    /** One lower-case word. */
    String name();

    /** The durabilities it can be run with, the strongest first. */
    List<Durability> durabilities();

    /** Why it can't be run on this machine; empty when it can. */
    Optional<String> missing();

    /** Whether it is Skein, in whatever circumstances. */
    default boolean isSkein() {
        return false;
    }

    /** Whether it can do the workload of this name. */
    default boolean suits(String workload) {
        return true;
    }

    /**
     * Starts three servers as processes of their own and makes room for the channels.
     *
     * @throws IOException when one does not start; nothing is left running then
     */
    RunningTarget start(TargetPlan plan, Progress progress) throws IOException;
}
