package dev.skein.server.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.skein.core.testing.Schedules;
import dev.skein.replication.Mutation;
import org.slf4j.LoggerFactory;

/** Schedules in a process whose servers have a defect; see {@link Mutation}. Prints the first broken promise, if any is noticed. */
public final class BrokenServer implements Mutation.Switch {

    private static volatile String mutation = "";

    @Override
    public String mutation() {
        return mutation;
    }

    /** Arguments: the mutation, how many schedules at most. */
    public static void main(String[] arguments) {
        mutation = arguments[0];
        ((Logger) LoggerFactory.getLogger("dev.skein")).setLevel(Level.WARN);
        Schedules.firstBroken(Integer.parseInt(arguments[1]), seed -> new SimulatedWorld(seed, Defect.NONE).run())
                .ifPresent(System.out::println);
    }
}
