package dev.skein.cli;

import dev.skein.client.SkeinException;
import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skein}: publishes, subscribes and operates from a terminal. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "skein",
        mixinStandardHelpOptions = true,
        version = "skein 0.1.0",
        description = "Publishes, subscribes and operates a Skein cluster.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PublishCommand.class,
            SubscribeCommand.class,
            HistoryCommand.class,
            NamespacesCommand.class,
            KeysCommand.class,
            StatusCommand.class,
            RoutesCommand.class,
            DrainCommand.class,
            TransferCommand.class,
            DumpCommand.class,
            ReplayCommand.class,
            CertificatesCommand.class
        },
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage."})
public final class SkeinCli implements Runnable {

    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    static final int FAILED = 1;
    static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    /** Runs and exits. */
    public static void main(String[] args) {
        if (System.getProperty(LOG_CONFIGURATION) == null) {
            System.setProperty(LOG_CONFIGURATION, "skein-cli-logback.xml");
        }
        System.exit(commandLine().execute(args));
    }

    /** The command line, ready to execute; for embedding and tests. */
    public static CommandLine commandLine() {
        return new CommandLine(new SkeinCli())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(SkeinCli::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "COMMAND: none given (expected: one of those below)");
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        err.println("skein: " + text(cause));
        err.flush();
        return cause instanceof IllegalArgumentException ? USAGE : FAILED;
    }

    private static String text(Throwable cause) {
        if (cause instanceof SkeinException || cause instanceof IllegalArgumentException) {
            String hint = cause instanceof SkeinException known && known.outcomeUnknown()
                    ? " (whether it took effect isn't known)"
                    : "";
            return cause.getMessage() + hint;
        }
        return cause instanceof MalformedLineException ? cause.getMessage() : cause.toString();
    }
}
