package dev.skein.systemtests.wan;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WanEmulatorIT {

    private static final long MILLI = 1_000_000;
    private static final String CONNECTED = "HTTP/1.1 200 Connection established\r\n\r\n";

    private EchoServer echo;
    private WanEmulator wan;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        List<Place> places = List.of(
                new Place("us-a", PlaceKind.NODE, "us", "a", List.of(), 0),
                new Place("eu-a", PlaceKind.NODE, "eu", "a", List.of(echo.address()), 0));
        wan = WanEmulator.start(
                new WanPlan(List.of("us", "eu"), "none", null, 64 << 10, 11, places), TimeSource.system());
    }

    @AfterEach
    void stop() throws IOException {
        wan.close();
        echo.close();
    }

    @Test
    void takesTheDelayOfBothDirections() throws IOException {
        delay("us", "eu", 30);
        delay("eu", "us", 50);
        long start = System.nanoTime();
        try (Socket socket = connect()) {
            assertTrue(System.nanoTime() - start >= 80 * MILLI, "connected faster than the round trip");
            long sent = System.nanoTime();
            socket.getOutputStream().write(1);
            assertEquals(1, socket.getInputStream().read());
            assertTrue(System.nanoTime() - sent >= 80 * MILLI, "answered faster than the round trip");
        }
    }

    @Test
    void keepsEveryByteInOrderUnderJitterAndLoss() throws Exception {
        wan.change(new Cut("*", "*", true), old -> new PathSettings(2 * MILLI, 5, 0, 0.05, 0.001, 0));
        Random random = new Random(3);
        byte[] sent = new byte[300_000];
        random.nextBytes(sent);
        try (Socket socket = connect()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(socket, sent, random));
            byte[] received = socket.getInputStream().readNBytes(sent.length);
            writer.get();
            assertArrayEquals(sent, received);
        }
    }

    @Test
    void holdsBytesDuringACutAndDeliversThemAfterwards() throws IOException {
        try (Socket socket = connect()) {
            wan.cut(Cut.off("eu"));
            socket.getOutputStream().write("late".getBytes(StandardCharsets.US_ASCII));
            assertSilent(socket);
            assertTrue(wan.heal(Cut.off("eu")));
            assertEquals("late", text(socket.getInputStream().readNBytes(4)));
        }
    }

    @Test
    void cutsOneDirectionAndLeavesTheOther() throws IOException {
        try (Socket socket = connect()) {
            wan.cut(new Cut("eu", "us", false));
            socket.getOutputStream().write(5);
            eventually(() -> assertEquals(1, held("eu-a", "us-a"), "the echo waits on its way back"));
            assertEquals(0, held("us-a", "eu-a"));
            assertSilent(socket);
            wan.healAll();
            assertEquals(5, socket.getInputStream().read());
        }
    }

    @Test
    void connectsHangDuringACut() throws IOException {
        wan.cut(new Cut("us", "eu", false));
        try (Socket socket = request(echo.address())) {
            assertSilent(socket);
            assertEquals(0, echo.accepted());
            wan.healAll();
            assertEquals(CONNECTED, text(socket.getInputStream().readNBytes(CONNECTED.length())));
        }
    }

    @Test
    void tellsNobodyOfACloseDuringACut() throws IOException {
        Socket socket = connect();
        eventually(() -> assertEquals(1, echo.open()));
        wan.cut(Cut.off("us"));
        socket.close();
        eventually(() -> assertEquals(1, path("us-a", "eu-a").queuedParcels(), "the close waits"));
        assertEquals(1, echo.open());
        wan.healAll();
        eventually(() -> assertEquals(0, echo.open()));
        eventually(() -> assertEquals(0, path("us-a", "eu-a").connections()));
    }

    @Test
    void makesTheSenderWaitWhenItsBufferIsFull() throws Exception {
        try (Socket socket = connect()) {
            wan.cut(new Cut("us", "eu", false));
            byte[] much = new byte[32 << 20];
            new Random(5).nextBytes(much);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(socket, much, new Random(6)));
            eventually(() -> assertTrue(held("us-a", "eu-a") > 64 << 10, "the buffer fills"));
            assertTrue(held("us-a", "eu-a") < 1 << 20, "the buffer is bounded: " + held("us-a", "eu-a"));
            wan.healAll();
            byte[] back = socket.getInputStream().readNBytes(much.length);
            writer.get();
            assertArrayEquals(much, back);
        }
    }

    @Test
    void refusesAnUnknownDestinationByName() throws IOException {
        try (Socket socket = request("127.0.0.1:1")) {
            String answer = text(socket.getInputStream().readAllBytes());
            assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
            assertTrue(answer.contains("127.0.0.1:1: unknown destination"), answer);
        }
    }

    @Test
    void answersARefusedConnectAfterTheRoundTrip() throws IOException {
        echo.close();
        delay("us", "eu", 20);
        delay("eu", "us", 20);
        long start = System.nanoTime();
        try (Socket socket = request(echo.address())) {
            String answer = text(socket.getInputStream().readAllBytes());
            assertTrue(answer.startsWith("HTTP/1.1 502 "), answer);
            assertTrue(System.nanoTime() - start >= 40 * MILLI, "answered faster than the round trip");
        }
        eventually(() -> assertEquals(0, path("us-a", "eu-a").connections()));
    }

    @Test
    void refusesASelectorThatMeansNothing() {
        assertThrows(IllegalArgumentException.class, () -> wan.cut(Cut.off("mars")));
        assertEquals(List.of(), wan.cuts());
    }

    @Test
    void obeysItsControlPort() throws IOException {
        try (WanControl control = WanControl.start(wan, 0);
                WanRemote remote = new WanRemote(control.address().getPort())) {
            remote.cut(Cut.off("eu"));
            assertEquals(List.of(Cut.off("eu")), wan.cuts());
            assertEquals(1, remote.paths().get("cuts").size());
            assertTrue(remote.heal(Cut.off("eu")));
            assertEquals(wan.proxy("us-a"), remote.proxy("us-a"));
            Place late = new Place("router-eu", PlaceKind.ROUTER, "eu", "router", List.of("127.0.0.1:2"), 0);
            assertEquals(remote.add(late), wan.proxy("router-eu"));
            IOException refused = assertThrows(IOException.class, () -> remote.cut(Cut.off("mars")));
            assertTrue(String.valueOf(refused.getMessage()).startsWith("from: mars (expected: one of "));
        }
    }

    private void delay(String from, String to, long millis) {
        wan.change(new Cut(from, to, false), old -> PathSettings.near(millis * MILLI));
    }

    private Socket connect() throws IOException {
        Socket socket = request(echo.address());
        assertEquals(CONNECTED, text(socket.getInputStream().readNBytes(CONNECTED.length())));
        return socket;
    }

    private Socket request(String destination) throws IOException {
        var proxy = wan.proxy("us-a");
        Socket socket = new Socket(proxy.getAddress(), proxy.getPort());
        String head = "CONNECT " + destination + " HTTP/1.1\r\nhost: " + destination + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Nothing comes for a while; a byte that should not come fails the test at once. */
    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(200);
        InputStream in = socket.getInputStream();
        assertThrows(SocketTimeoutException.class, in::read);
        socket.setSoTimeout(0);
    }

    private static void write(Socket socket, byte[] bytes, Random random) {
        try {
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < bytes.length; ) {
                int chunk = Math.min(bytes.length - at, 1 + random.nextInt(Math.max(8_000, bytes.length / 100)));
                out.write(bytes, at, chunk);
                at += chunk;
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private long held(String from, String to) {
        return path(from, to).queuedBytes();
    }

    private PathReport path(String from, String to) {
        return wan.paths().stream()
                .filter(path -> path.from().equals(from) && path.to().equals(to))
                .findFirst()
                .orElseThrow();
    }

    private static String text(byte[] bytes) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        copy.writeBytes(bytes);
        return copy.toString(StandardCharsets.US_ASCII);
    }
}
