package dev.skein.systemtests.launch;

import dev.skein.core.Checks;
import dev.skein.systemtests.launch.PlaceName.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Taking a region, a zone or a node out, and restoring it. */
abstract class OutageCommands {

    /** How a place is lost. */
    enum Mode {
        /** SIGKILL: the processes are gone, the system closes their sockets. */
        KILL,
        /** SIGSTOP: the processes and their sockets are there and silent. */
        PAUSE,
        /** The processes go on, but no byte crosses the place's border. */
        PARTITION
    }

    @ParentCommand
    private @Nullable ClusterMain cluster;

    abstract Kind kind();

    @Command(mixinStandardHelpOptions = true, description = "Takes it out until it is restored.")
    int outage(
            @Parameters(paramLabel = "NAME", arity = "1..2", description = "A zone is written us/a or us a.")
                    List<String> name,
            @Option(
                            names = "--mode",
                            paramLabel = "MODE",
                            defaultValue = "kill",
                            description = "kill, pause or partition (default: ${DEFAULT-VALUE}).")
                    String mode)
            throws IOException {
        PlaceName place = place(name);
        LocalCluster running = attach();
        switch (mode(mode)) {
            case KILL -> running.kill(place);
            case PAUSE -> running.pause(place);
            case PARTITION -> running.partition(place);
        }
        System.err.println(place + " is out (" + mode + "); bring it back with: scripts/" + kind().word() + " restore "
                + place.name());
        return 0;
    }

    @Command(mixinStandardHelpOptions = true, description = "Ends its outage or drain, whatever it was.")
    int restore(@Parameters(paramLabel = "NAME", arity = "1..2") List<String> name) throws IOException {
        PlaceName place = place(name);
        boolean restored = attach().restore(place);
        System.err.println(restored ? place + " is back" : place + " has no outage; nothing to restore");
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Hands its leaderships and sessions to others, without loss.")
    int drain(@Parameters(paramLabel = "NAME", arity = "1..2") List<String> name) throws IOException {
        attach().drain(place(name));
        return 0;
    }

    private LocalCluster attach() throws IOException {
        ClusterMain parent = cluster == null ? new ClusterMain() : cluster;
        LocalCluster running = LocalCluster.attach(parent.data(), ClusterMain.toTerminal());
        if (!running.state().isRunning()) {
            throw new ClusterException("the cluster in " + running.directory() + " is not running");
        }
        return running;
    }

    private PlaceName place(List<String> name) {
        return new PlaceName(kind(), String.join("/", name));
    }

    private static Mode mode(String word) {
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(Checks.text("mode", word, "one of kill, pause, partition"));
    }

    /** {@code scripts/region}. */
    @Command(
            name = "region",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Takes a region out, restores or drains it.")
    static final class Region extends OutageCommands {
        @Override
        Kind kind() {
            return Kind.REGION;
        }
    }

    /** {@code scripts/zone}. */
    @Command(
            name = "zone",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Takes a zone out, restores or drains it.")
    static final class Zone extends OutageCommands {
        @Override
        Kind kind() {
            return Kind.ZONE;
        }
    }

    /** {@code scripts/node}. */
    @Command(
            name = "node",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Takes a node out, restores or drains it.")
    static final class Node extends OutageCommands {
        @Override
        Kind kind() {
            return Kind.NODE;
        }
    }
}
