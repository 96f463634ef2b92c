package dev.skein.systemtests.tls;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A node's process whose connections to others go through a proxy. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final Path printed;

    ServerProcess(Path config, InetSocketAddress proxy) throws IOException {
        printed = config.resolveSibling(config.getFileName() + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dhttps.proxyHost=127.0.0.1",
                "-Dhttps.proxyPort=" + proxy.getPort(),
                "-Dhttp.nonProxyHosts=",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.skein.server.SkeinServerMain",
                "--config",
                config.toString());
        // JRaft takes the signal that the JVM suspends threads with.
        builder.environment().put("_JAVA_SR_SIGNUM", "40");
        process = builder.redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
    }

    void awaitReady() {
        eventually(() -> {
            List<String> lines = Files.readAllLines(printed);
            assertTrue(
                    process.isAlive() && lines.stream().anyMatch(line -> line.startsWith("ready ")), lines::toString);
        });
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
