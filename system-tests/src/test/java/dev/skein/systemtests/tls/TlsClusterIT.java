package dev.skein.systemtests.tls;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.client.ClientTls;
import dev.skein.client.HistoryQuery;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.server.SkeinServer;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in three regions that only talk TLS. */
class TlsClusterIT {

    @TempDir
    private Path directory;

    private final TestAuthority authority = new TestAuthority();
    private final List<SkeinServer> servers = new ArrayList<>();
    private TlsNodes nodes;

    @BeforeEach
    void start() throws Exception {
        nodes = new TlsNodes(directory, authority, "us", "eu", "ap");
        servers.addAll(nodes.startAll());
    }

    @AfterEach
    void stop() {
        servers.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void messagesGoThroughAndTheClusterOutlivesItsCertificates() throws Exception {
        List<String> received = new CopyOnWriteArrayList<>();
        try (SkeinClient reader = client("ap");
                SkeinClient publisher = client("eu")) {
            reader.subscribe("room", SubscribeOptions.fromSerial(1), event -> {
                if (event instanceof Message message) {
                    received.add(message.payload().utf8());
                }
            });
            publisher.publish("room", OutgoingMessage.of("before")).join();
            eventually(() -> assertEquals(List.of("before"), received));

            TestAuthority next = new TestAuthority();
            nodes.trust(authority.certificate() + next.certificate());
            for (String region : List.of("us", "eu", "ap")) {
                nodes.renew(region, next);
                String wanted =
                        serial(Files.readString(nodes.certificate(region))).toString(16);
                eventually(() -> assertEquals(wanted, presented(nodes.client(region))));
                eventually(() -> assertEquals(wanted, presented(nodes.peer(region))));
            }

            publisher
                    .publish("room", OutgoingMessage.of("with new certificates"))
                    .join();
            eventually(() -> assertEquals(List.of("before", "with new certificates"), received));
        }
        restart(0, "us");
        try (SkeinClient late = client("us")) {
            late.publish("room", OutgoingMessage.of("over new connections")).join();
            List<String> all = late.history(HistoryQuery.oldestFirst("room")).join().messages().stream()
                    .map(message -> message.payload().utf8())
                    .toList();
            assertEquals(List.of("before", "with new certificates", "over new connections"), all);
        }
    }

    @Test
    void aNodeSpeaksToNobodyWhoStandsWhereAnotherShould() throws Exception {
        servers.get(1).closeAtOnce();
        TestAuthority stranger = new TestAuthority();
        List<Credential> impostors = List.of(
                Credential.of("another node", authority.node(TlsNodes.CLUSTER, "ap", "ap-a")),
                Credential.of("other region", authority.node(TlsNodes.CLUSTER, "us", "eu-a")),
                Credential.of("other cluster", authority.node("other", "eu", "eu-a")),
                Credential.of("client", authority.server("skein://test/client/eu-a")),
                Credential.of("expired", authority.expired("skein://test/node/eu/eu-a")),
                Credential.of("foreign authority", stranger.node(TlsNodes.CLUSTER, "eu", "eu-a")));
        try (Impostor impostor = new Impostor(nodes.peer("eu"))) {
            for (Credential credential : impostors) {
                assertEquals(Impostor.Reception.REFUSED, impostor.receive(credential), credential::name);
            }
            Credential right = Credential.of("itself", authority.node(TlsNodes.CLUSTER, "eu", "eu-a"));
            assertEquals(Impostor.Reception.BELIEVED, impostor.receive(right));
        }
    }

    private void restart(int index, String region) {
        servers.get(index).close();
        servers.set(index, SkeinServer.start(nodes.config(region)));
    }

    private SkeinClient client(String region) {
        return SkeinClient.builder()
                .endpoints(nodes.client(region))
                .region(region)
                .tls(ClientTls.trusting(nodes.trust()))
                .build();
    }

    private String presented(String address) throws Exception {
        Credential anybody = Credential.of("anybody", authority.node("test", "us", "us-a"));
        String[] hostAndPort = address.split(":");
        try (SSLSocket socket = (SSLSocket) anybody.serverContext()
                .getSocketFactory()
                .createSocket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        }
    }

    private static BigInteger serial(String pem) throws Exception {
        return ((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))))
                .getSerialNumber();
    }
}
