package dev.skein.systemtests.wan;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.core.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The emulator as a process of its own. Ends on SIGTERM; exit codes: 0 ok, 1 failed, 2 usage. */
@Command(
        name = "wan-emulator",
        mixinStandardHelpOptions = true,
        description = "Relays a cluster's connections with the delays, losses and cuts of a wide-area network.")
public final class WanEmulatorMain implements Callable<Integer> {

    @Option(names = "--plan", required = true, paramLabel = "FILE", description = "JSON: regions, wan, places.")
    private Path plan = Path.of("");

    @Option(
            names = "--control-port",
            paramLabel = "PORT",
            description = "HTTP control port; 0 (default): any free one.")
    private int controlPort;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new WanEmulatorMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        try (WanEmulator wan = WanEmulator.start(read(plan), TimeSource.system());
                WanControl control = WanControl.start(wan, controlPort)) {
            Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "wan-stop"));
            System.out.println("ready control=127.0.0.1:" + control.address().getPort());
            stop.await();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("wan-emulator: " + e.getMessage());
            return 1;
        }
    }

    private static WanPlan read(Path file) throws IOException {
        return new ObjectMapper().readValue(file.toFile(), WanPlan.class);
    }
}
