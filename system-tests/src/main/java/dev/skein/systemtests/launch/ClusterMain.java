package dev.skein.systemtests.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * The command behind {@code scripts/cluster}, {@code scripts/region}, {@code scripts/zone}, {@code scripts/node} and {@code
 * scripts/router}. Exit codes: 0 ok, 1 failed, 2 usage.
 */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "A Skein cluster of real processes on this machine.",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            DownCommand.class,
            LogsCommand.class,
            RouterCommand.class,
            OutageCommands.Region.class,
            OutageCommands.Zone.class,
            OutageCommands.Node.class
        })
public final class ClusterMain implements Callable<Integer> {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Directory of configuration, logs and data (default: $SKEIN_DATA, else ${DEFAULT-VALUE}).",
            defaultValue = "${env:SKEIN_DATA:-.skein/cluster}")
    private Path data = Path.of(".skein", "cluster");

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new ClusterMain());
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
                System.err.println(command.getCommandName() + ": " + failure.getMessage());
                return failure instanceof IllegalArgumentException ? 2 : 1;
            }
            throw failure;
        });
        return commandLine;
    }

    Path data() {
        return data;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    static Progress toTerminal() {
        return line -> System.err.println(line);
    }
}
