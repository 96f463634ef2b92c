package dev.skein.systemtests.tls;

import static dev.skein.systemtests.tls.TlsNodes.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import com.google.protobuf.MessageLite;
import dev.skein.client.ClientTls;
import dev.skein.client.HistoryQuery;
import dev.skein.client.Reason;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.server.SkeinServer;
import dev.skein.systemtests.tls.Caller.Outcome;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every RPC of every service, called by everybody who must not. */
class WrongIdentityIT {

    private static final MessageLite EMPTY = Empty.getDefaultInstance();
    private static final String SELF = "skein://test/node/us/us-a";

    /** What a node that isn't a member yet may call on the peer port. */
    private static final Set<String> JOINING = Set.of(
            MembershipGrpc.getJoinMethod().getFullMethodName(),
            MembershipGrpc.getProposeMethod().getFullMethodName(),
            NodeServiceGrpc.getGetControlStateMethod().getFullMethodName());

    private static final Set<String> PEER_SERVICES = Set.of(
            "skein.replication.v1.RaftLink",
            "skein.replication.v1.StateCheck",
            "skein.replication.v1.Membership",
            "skein.gossip.v1.Gossip",
            "skein.node.v1.NodeService",
            "skein.admin.v1.Admin");

    private static final Set<String> CLIENT_SERVICES = Set.of(
            "skein.client.v1.Messaging",
            "skein.client.v1.Presence",
            "skein.client.v1.Routing",
            "skein.admin.v1.Admin",
            HealthGrpc.SERVICE_NAME,
            ServerReflectionGrpc.SERVICE_NAME);

    @TempDir
    private Path directory;

    private final TestAuthority authority = new TestAuthority();
    private final TestAuthority stranger = new TestAuthority();
    private final List<SkeinServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void nobodyButANodeOfTheClusterCallsAnythingOnThePeerPort() throws Exception {
        String peer = start().peer("us");
        List<Credential> wrong = new ArrayList<>(badWithAnyPort());
        wrong.add(Credential.none());
        wrong.add(Credential.of("client's certificate", authority.client(CLUSTER, "alice")));
        wrong.add(Credential.of("client's certificate that may serve", authority.server("skein://test/client/alice")));

        assertAllDenied(peer, wrong, method -> true);
    }

    @Test
    void aNodeThatIsNoMemberMayOnlyAskToBecomeOne() throws Exception {
        String peer = start().peer("us");
        Credential unknown = Credential.of("unknown node", authority.node(CLUSTER, "us", "us-z"));

        assertAllDenied(
                peer,
                List.of(unknown),
                method -> PEER_SERVICES.contains(method.getServiceName())
                        && !JOINING.contains(method.getFullMethodName()));
    }

    @Test
    void aMemberReachesEveryRpcOfThePeerPortAndNoOther() throws Exception {
        String peer = start().peer("us");

        assertServes(peer, Credential.of("member", authority.node(CLUSTER, "us", "us-a")), PEER_SERVICES);
    }

    @Test
    void aMemberThatSaysItIsAnotherIsRefused() throws Exception {
        Caller member = new Caller(start().peer("us"), Credential.of("member", authority.node(CLUSTER, "us", "us-a")));

        for (Claims.Lie lie : Claims.lies("us-a", "eu-a", "eu")) {
            assertEquals(Outcome.REFUSED, member.call(lie.method(), lie.message()), lie::toString);
        }
    }

    @Test
    void commandsForRaftItselfReachNobody() throws Exception {
        TlsNodes nodes = start();
        Credential member = Credential.of("member", authority.node(CLUSTER, "us", "us-a"));
        List<MethodDescriptor<?, ?>> commands = JRaftCommands.list();

        assertTrue(commands.size() >= 10, commands::toString);
        for (MethodDescriptor<?, ?> command : commands) {
            for (String address : List.of(nodes.peer("us"), nodes.client("us"))) {
                assertEquals(
                        Outcome.UNKNOWN_RPC, new Caller(address, member).call(command), command::getFullMethodName);
            }
        }
    }

    @Test
    void theClientPortTakesNoPlaintextNoOldTlsAndNoBadCertificate() throws Exception {
        String client = start().client("us");

        assertAllDenied(client, badWithAnyPort(), method -> true);
    }

    @Test
    void aClientNeedsNoCertificateUnlessTheNodeSaysSo() throws Exception {
        String client = start().client("us");

        assertServes(client, Credential.none(), CLIENT_SERVICES);
    }

    @Test
    void aClientNeedsACertificateIfTheNodeSaysSo() throws Exception {
        String client = start("clientCertificates: required").client("us");

        assertAllDenied(client, List.of(Credential.none()), method -> true);
        assertServes(client, Credential.of("client", authority.client(CLUSTER, "alice")), CLIENT_SERVICES);
    }

    @Test
    void aClientBelievesOnlyWhomItTrustsUnderTheNameItCalled() throws Exception {
        TlsNodes nodes = start();
        String address = nodes.client("us");
        String otherName = address.replace("127.0.0.1", "localhost");
        Path otherTrust = Files.writeString(directory.resolve("other-ca.pem"), stranger.certificate());

        assertEquals(Reason.UNKNOWN_NAMESPACE, answerTo(ClientTls.trusting(nodes.trust()), address));
        assertNotEquals(Reason.UNKNOWN_NAMESPACE, answerTo(ClientTls.trusting(nodes.trust()), otherName));
        assertNotEquals(Reason.UNKNOWN_NAMESPACE, answerTo(ClientTls.trusting(otherTrust), address));
        assertNotEquals(Reason.UNKNOWN_NAMESPACE, answerTo(ClientTls.systemTrust(), address));
    }

    /** The node has no namespaces: whoever gets through is told so. */
    private static Reason answerTo(ClientTls tls, String address) {
        try (SkeinClient client = SkeinClient.builder()
                .endpoints(address)
                .tls(tls)
                .requestTimeout(Duration.ofSeconds(2))
                .build()) {
            CompletionException failed =
                    assertThrows(CompletionException.class, () -> client.history(HistoryQuery.oldestFirst("room"))
                            .join());
            return ((SkeinException) failed.getCause()).reason();
        }
    }

    private TlsNodes start(String... options) throws Exception {
        TlsNodes nodes = new TlsNodes(directory, authority, "us");
        servers.add(SkeinServer.start(nodes.config("us", options)));
        return nodes;
    }

    /** What no port takes. */
    private List<Credential> badWithAnyPort() {
        Credential good = Credential.of("good", authority.server(SELF));
        return List.of(
                Credential.plaintext(),
                good.with("TLS 1.2 with a good certificate", "TLSv1.2"),
                Credential.of("foreign authority", stranger.server(SELF)),
                Credential.of("self-signed", stranger.own()),
                Credential.of("expired", authority.expired(SELF)),
                Credential.of("not yet valid", authority.notYetValid(SELF)),
                Credential.of("other cluster", authority.server("skein://other/node/us/us-a")),
                Credential.of("other region than the member's", authority.server("skein://test/node/eu/us-a")),
                Credential.of("unknown region", authority.server("skein://test/node/mars/us-z")),
                Credential.of("no identity", authority.server()),
                Credential.of("two identities", authority.server(SELF, "skein://test/node/us/us-z")),
                Credential.of("malformed identity", authority.server("skein://test/node/us/us-a/")),
                Credential.of("other scheme", authority.server("https://test/node/us/us-a")));
    }

    private static void assertAllDenied(
            String address, List<Credential> credentials, Predicate<MethodDescriptor<?, ?>> which) throws Exception {
        Map<String, Outcome> let = new TreeMap<>();
        int calls = 0;
        for (MethodDescriptor<?, ?> method : EveryRpc.list()) {
            for (Credential credential : which.test(method) ? credentials : List.<Credential>of()) {
                Outcome outcome = new Caller(address, credential).call(method);
                calls++;
                if (!outcome.isDenied()) {
                    let.put(credential + " calling " + method.getFullMethodName(), outcome);
                }
            }
        }
        assertTrue(calls >= 15, "calls: " + calls);
        assertEquals(Map.of(), let);
    }

    /** So that the refusals above are known to be for who called, and no RPC lacks its rule. */
    private static void assertServes(String address, Credential credential, Set<String> services) throws Exception {
        Map<String, Outcome> wrong = new TreeMap<>();
        for (MethodDescriptor<?, ?> method : EveryRpc.list()) {
            Outcome wanted = services.contains(method.getServiceName()) ? Outcome.SERVED : Outcome.UNKNOWN_RPC;
            MessageLite message = Claims.honest("us", "us-a").getOrDefault(method.getFullMethodName(), EMPTY);
            Outcome outcome = new Caller(address, credential).call(method, message);
            if (outcome != wanted) {
                wrong.put(method.getFullMethodName(), outcome);
            }
        }
        assertEquals(Map.of(), wrong);
        Set<String> all =
                EveryRpc.list().stream().map(MethodDescriptor::getServiceName).collect(Collectors.toSet());
        assertTrue(all.containsAll(services), all::toString);
    }
}
