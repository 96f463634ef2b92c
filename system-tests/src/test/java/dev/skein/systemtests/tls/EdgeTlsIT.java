package dev.skein.systemtests.tls;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.cli.certificates.CertifiedKey;
import dev.skein.server.SkeinServer;
import dev.skein.server.config.SkeinConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port of browsers and phones with a certificate of its own, which another authority has signed than the nodes'. */
@Timeout(120)
class EdgeTlsIT {

    @TempDir
    private Path directory;

    private final TestAuthority world = new TestAuthority();
    private SkeinServer node;

    @BeforeEach
    void start() throws IOException {
        TlsNodes nodes = new TlsNodes(directory, new TestAuthority(), "us");
        renew();
        node = SkeinServer.start(SkeinConfig.parse(
                nodes.text("us") + "  edge:\n    listen: \"127.0.0.1:0\"\n    tls:\n      certificate: \""
                        + CertifiedKey.certificateFile(directory, "edge") + "\"\n      key: \""
                        + CertifiedKey.keyFile(directory, "edge") + "\"\n      reload: 100ms\n",
                "test.yaml"));
    }

    @AfterEach
    void stop() {
        node.closeAtOnce();
    }

    @Test
    void browsersComeInByHttpsAndWss() throws Exception {
        HttpResponse<String> health = browser()
                .send(
                        HttpRequest.newBuilder(URI.create("https://" + edge() + "/health"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(200, health.statusCode());
        try (Frames frames = new Frames()) {
            assertTrue(frames.ask("{\"id\":1,\"connect\":{}}").contains("\"ping\":25"));
        }
    }

    @Test
    void aNewCertificateIsSeenByNewConnectionsAndTheOldOnesGoOn() throws Exception {
        try (Frames before = new Frames()) {
            before.ask("{\"id\":1,\"connect\":{}}");
            String first = presented();
            renew();
            eventually(() -> assertNotEquals(first, presented()));
            assertTrue(
                    before.ask("{\"id\":2,\"unsubscribe\":{\"channel\":\"x\"}}").contains("\"id\":2"));
        }
    }

    @Test
    void whoSpeaksSomethingElseIsRefusedWithoutHarmToOthers() throws Exception {
        try (Frames other = new Frames();
                Socket plain = connect()) {
            plain.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(!answer.contains("HTTP/1.1 200"), answer);
            try (SSLSocket old = (SSLSocket) anybody().getSocketFactory().createSocket(host(), port())) {
                old.setEnabledProtocols(new String[] {"TLSv1.2"});
                assertThrows(SSLException.class, old::startHandshake);
            }
            assertTrue(other.ask("{\"id\":1,\"connect\":{}}").contains("\"connect\""));
        }
    }

    @Test
    void aHandshakeThatStandsStillIsEnded() throws Exception {
        try (Socket still = connect()) {
            still.getOutputStream().write(new byte[] {0x16, 3, 1});
            assertEquals(-1, still.getInputStream().read());
        }
    }

    private void renew() throws IOException {
        world.server().write(directory, "edge");
    }

    private String edge() {
        return node.edgeAddress().orElseThrow();
    }

    private InetAddress host() {
        return InetAddress.getLoopbackAddress();
    }

    private int port() {
        return Integer.parseInt(edge().substring(edge().lastIndexOf(':') + 1));
    }

    private Socket connect() throws IOException {
        return new Socket(host(), port());
    }

    /** Believes everybody. */
    private SSLContext anybody() throws GeneralSecurityException {
        return Credential.of("anybody", world.server()).serverContext();
    }

    /** Believes in the world's authority only, and looks at the host's name. */
    private HttpClient browser() throws Exception {
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        believed.setCertificateEntry(
                "world",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(world.certificate().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(believed);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private String presented() {
        try (SSLSocket socket = (SSLSocket) anybody().getSocketFactory().createSocket(host(), port())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        } catch (IOException | GeneralSecurityException failed) {
            throw new AssertionError(failed);
        }
    }

    /** A WebSocket whose frames are answered one by one. */
    private final class Frames implements WebSocket.Listener, AutoCloseable {

        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final WebSocket socket;

        Frames() throws Exception {
            socket = browser()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("wss://" + edge() + "/connection/websocket"), this)
                    .get(30, TimeUnit.SECONDS);
        }

        String ask(String command) throws InterruptedException {
            socket.sendText(command, true);
            String answer = answers.poll(30, TimeUnit.SECONDS);
            return answer == null ? "nothing" : answer;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                answers.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
