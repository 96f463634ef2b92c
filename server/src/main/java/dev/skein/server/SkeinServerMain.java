package dev.skein.server;

import dev.skein.core.tls.CredentialsException;
import dev.skein.server.access.AccessFileException;
import dev.skein.server.config.ConfigException;
import dev.skein.server.config.ConfigPrinter;
import dev.skein.server.config.SkeinConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The server process. Prints one line {@code ready node=... client=... peer=...} on standard output when its ports are open, and
 * stops gracefully on SIGTERM. Exit status: see {@link ExitCode}.
 */
@Command(
        name = "skein-server",
        mixinStandardHelpOptions = true,
        description = "Runs one node of a Skein cluster.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped as asked, or the configuration is good",
            "1:failed for another reason",
            "2:bad command line or configuration, or the cluster refuses it",
            "3:a port is in use",
            "4:the data directory is refused",
            "5:the disk failed or stood still for too long"
        })
public final class SkeinServerMain implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(SkeinServerMain.class);

    /** More than a well disk needs. */
    private static final long CLOSE_MILLIS_MAX = 5_000;

    /** The same with handing everything over before. */
    private static final long STOP_MILLIS_MAX = 30_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The YAML file with the cluster part and the node part.")
    private @Nullable Path config;

    @Option(names = "--check-config", description = "Say whether the file is good, and stop.")
    private boolean checkConfig;

    @Option(
            names = "--print-config",
            description = "Print the file with all defaults filled in and every option explained, and stop.")
    private boolean printConfig;

    /** Runs the server until it is told to stop. */
    public static void main(String[] args) {
        int status = run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true));
        System.exit(status);
    }

    /** The same without ending the JVM. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        return new CommandLine(new SkeinServerMain()).setOut(out).setErr(err).execute(args);
    }

    @Override
    public Integer call() {
        try {
            SkeinConfig read = SkeinConfig.read(Objects.requireNonNull(config));
            if (printConfig) {
                out().print(ConfigPrinter.print(read));
                out().flush();
                return ExitCode.OK.number();
            }
            if (checkConfig) {
                Transports.check(read);
                ClientAccess.check(read);
                out().println(config + ": good; cluster " + read.cluster().name() + " with hash "
                        + read.cluster().hash());
                return ExitCode.OK.number();
            }
            return serve(read);
        } catch (ConfigException bad) {
            bad.problems().forEach(err()::println);
            return ExitCode.BAD_CONFIGURATION.number();
        } catch (AccessFileException | CredentialsException unusable) {
            err().println(unusable.getMessage());
            return ExitCode.BAD_CONFIGURATION.number();
        }
    }

    private int serve(SkeinConfig read) {
        try {
            SkeinServer server = SkeinServer.start(read);
            return waitForEnd(server);
        } catch (StartException refused) {
            err().println(refused.getMessage());
            return refused.exitCode().number();
        } catch (RuntimeException unforeseen) {
            log.error("the node can't start", unforeseen);
            err().println("the node can't start: " + unforeseen);
            return ExitCode.FAILED.number();
        }
    }

    /** Returns only if the node must stop by itself; a signal ends the process from its own thread. */
    private int waitForEnd(SkeinServer server) {
        Thread onSignal = new Thread(() -> stopped(server), "skein-stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        out().println(readyLine(server));
        StartException why = server.failed().join();
        Runtime.getRuntime().removeShutdownHook(onSignal);
        // Hands nothing over: its storage failed, or its name is another's, which would seem to drain.
        inTime(server::closeAtOnce, CLOSE_MILLIS_MAX);
        err().println(why.getMessage());
        return why.exitCode().number();
    }

    /** A disk that stands still would hold up the closing for ever. */
    private static void inTime(Runnable close, long millis) {
        Thread closing = new Thread(close, "skein-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(millis);
        } catch (InterruptedException endNow) {
            Thread.currentThread().interrupt();
        }
    }

    /** Being asked to stop is no failure, so the exit status is 0 and not that of a killed process. */
    private static void stopped(SkeinServer server) {
        log.info("stopping");
        inTime(server::close, STOP_MILLIS_MAX);
        log.info("stopped");
        Runtime.getRuntime().halt(ExitCode.OK.number());
    }

    private static String readyLine(SkeinServer server) {
        return "ready node=" + server.id() + " client=" + server.clientAddress() + " peer=" + server.peerAddress()
                + server.metricsAddress().map(address -> " metrics=" + address).orElse("");
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
