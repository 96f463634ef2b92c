package dev.skein.router;

import dev.skein.core.Checks;
import dev.skein.core.tls.Loopback;
import dev.skein.router.gossip.SelfIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The router as a process of its own. Prints one line when it serves, and runs until it is told to stop. Exit codes: 0 stopped,
 * 2 bad usage, 3 port in use, 1 anything else.
 */
@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        version = "Skein router 0.1.0",
        description = "Answers clients where to connect, without serving messages itself.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped", "1:failed", "2:bad usage", "3:the port is in use"})
public final class RouterProcessMain implements Callable<Integer> {

    private static final int BAD_USAGE = 2;
    private static final int PORT_IN_USE = 3;

    @Option(names = "--listen", required = true, paramLabel = "HOST:PORT", description = "where to serve and gossip")
    private String listen = "";

    @Option(
            names = "--seeds",
            required = true,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "peer addresses of some nodes of the cluster")
    private List<String> seeds = List.of();

    @Option(names = "--region", required = true, description = "the region this router stands in")
    private String region = "";

    @Option(names = "--name", required = true, description = "its name, unlike any node's")
    private String name = "";

    @Option(names = "--cluster-id", description = "refuse any other cluster (default: learnt from the seeds)")
    private String clusterId = "";

    @Option(
            names = "--plaintext",
            description = "don't protect connections: needed for now, and good for loopback addresses only")
    private boolean plaintext;

    @Option(names = "--json", description = "print the ready line as JSON")
    private boolean json;

    private final PrintStream out;

    RouterProcessMain(PrintStream out) {
        this.out = out;
    }

    /** Runs the router. */
    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-router.xml");
        }
        System.exit(new CommandLine(new RouterProcessMain(System.out)).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        SelfIdentity identity;
        try {
            SelfIdentity.checkAddress("--listen", listen);
            seeds.forEach(seed -> SelfIdentity.checkAddress("--seeds", seed));
            checkPlaintext();
            identity = new SelfIdentity(name, region, "", listen, listen, true);
        } catch (IllegalArgumentException unusable) {
            System.err.println("router: " + unusable.getMessage());
            return BAD_USAGE;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        try (RouterProcess process = RouterProcess.start(
                identity,
                seeds,
                clusterId,
                other -> System.err.println("router: another process uses the name " + name))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                process.close();
                stopped.countDown();
            }));
            out.println(ready());
            out.flush();
            stopped.await();
            return 0;
        } catch (IOException notBound) {
            System.err.println("router: cannot listen on " + listen + ": " + reason(notBound));
            return PORT_IN_USE;
        }
    }

    /** A router has no certificates yet, and so has no business among nodes that use them. */
    private void checkPlaintext() {
        Checks.check(plaintext, "--plaintext", "missing", "given, because a router can't use TLS yet");
        Stream.concat(Stream.of(listen), seeds.stream())
                .forEach(address -> Checks.check(
                        Loopback.isLoopback(address.substring(0, address.lastIndexOf(':'))),
                        "--plaintext",
                        address,
                        "loopback addresses only"));
    }

    private String ready() {
        return json
                ? "{\"ready\":\"" + name + "\",\"region\":\"" + region + "\",\"listen\":\"" + listen + "\"}"
                : "ready router=" + name + " region=" + region + " listen=" + listen;
    }

    private static String reason(IOException failure) {
        return failure.getCause() == null
                ? failure.getMessage()
                : failure.getCause().getMessage();
    }
}
