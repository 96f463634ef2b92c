package dev.skein.systemtests.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.cli.SkeinCli;
import dev.skein.core.TimeSource;
import dev.skein.systemtests.wan.PathReport;
import dev.skein.systemtests.wan.Place;
import dev.skein.systemtests.wan.PlaceKind;
import dev.skein.systemtests.wan.WanEmulator;
import dev.skein.systemtests.wan.WanPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes and the command line, whose TLS connections go through the WAN emulator. */
class TlsThroughWanSystemTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");

    @TempDir
    private Path directory;

    private final TestAuthority authority = new TestAuthority();
    private final List<ServerProcess> servers = new ArrayList<>();
    private TlsNodes nodes;
    private WanEmulator wan;

    @BeforeEach
    void start() throws IOException {
        nodes = new TlsNodes(directory, authority, "us", "eu", "ap");
        List<Place> places = new ArrayList<>();
        for (String region : REGIONS) {
            List<String> addresses = List.of(nodes.peer(region), nodes.client(region));
            places.add(new Place(region + "-a", PlaceKind.NODE, region, "a", addresses, 0));
        }
        places.add(Place.clients("eu", 0));
        wan = WanEmulator.start(new WanPlan(REGIONS, "none", null, 0, 1, places), TimeSource.system());
        for (String region : REGIONS) {
            Path config = directory.resolve(region + ".yaml");
            Files.writeString(config, nodes.text(region, "clientCertificates: required"));
            servers.add(new ServerProcess(config, wan.proxy(region + "-a")));
        }
        servers.forEach(ServerProcess::awaitReady);
    }

    @AfterEach
    void stop() {
        servers.forEach(ServerProcess::close);
        wan.close();
    }

    @Test
    void theCommandLinePublishesAndReadsWithItsCertificate() throws Exception {
        authority.client(TlsNodes.CLUSTER, "alice").write(directory, "alice");
        Path certificate = directory.resolve("alice.pem");
        String key = directory.resolve("alice-key.pem").toString();
        String[] identity = {"--tls-certificate", certificate.toString(), "--tls-key", key};

        assertEquals(0, run(new StringWriter(), identity, "publish", "room", "hello"));
        StringWriter read = new StringWriter();
        assertEquals(0, run(read, identity, "history", "room"));

        assertTrue(read.toString().contains("hello"), read::toString);
        assertTrue(bytesBetween("eu-a", "us-a") > 0, "nodes went around the emulator");
        assertTrue(bytesBetween("clients/eu", "eu-a") > 0, "the client went around the emulator");
    }

    @Test
    void theCommandLineGetsNowhereWithoutACertificate() {
        assertEquals(1, run(new StringWriter(), new String[0], "publish", "room", "hello", "--timeout", "2s"));
    }

    private int run(StringWriter out, String[] identity, String... command) {
        InetSocketAddress proxy = wan.proxy("clients/eu");
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(
                List.of("--endpoints", nodes.client("eu"), "--http-connect-proxy", "127.0.0.1:" + proxy.getPort()));
        arguments.addAll(List.of("--tls-trust", nodes.trust().toString()));
        arguments.addAll(List.of(identity));
        return SkeinCli.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments.toArray(String[]::new));
    }

    private long bytesBetween(String from, String to) {
        return wan.paths().stream()
                .filter(path -> path.from().equals(from) && path.to().equals(to))
                .mapToLong(PathReport::bytes)
                .sum();
    }
}
