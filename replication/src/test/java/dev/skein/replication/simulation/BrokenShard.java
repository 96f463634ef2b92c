package dev.skein.replication.simulation;

import dev.skein.core.testing.Schedules;
import dev.skein.replication.Mutation;
import java.nio.file.Path;

/** Schedules in a process whose shards have a defect; see {@link Mutation}. Prints the first broken promise, if any is noticed. */
public final class BrokenShard implements Mutation.Switch {

    private static volatile String mutation = "";

    @Override
    public String mutation() {
        return mutation;
    }

    /** Arguments: the mutation, how many schedules at most, a directory for snapshots. */
    public static void main(String[] arguments) {
        mutation = arguments[0];
        Path directory = Path.of(arguments[2]);
        Schedules.firstBroken(
                        Integer.parseInt(arguments[1]), seed -> new SimulatedWorld(seed, Defect.NONE, directory).run())
                .ifPresent(System.out::println);
    }
}
