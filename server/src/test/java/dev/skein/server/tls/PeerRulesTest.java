package dev.skein.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.tls.PeerIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerRulesTest {

    private static final PeerIdentity MEMBER = PeerIdentity.node("demo", "us", "us-a");
    private static final PeerIdentity NEWCOMER = PeerIdentity.node("demo", "eu", "eu-z");

    private final Map<String, String> regions = new HashMap<>(Map.of("us-a", "us", "eu-a", "eu"));
    private boolean complete = true;
    private final PeerRules rules = new PeerRules("demo", List.of("us", "eu"), new PeerMembership() {
        @Override
        public Optional<String> regionOf(String node) {
            return Optional.ofNullable(regions.get(node));
        }

        @Override
        public Set<String> nodesAt(String address) {
            return address.equals("10.0.1.1:7101") ? Set.of("us-a") : Set.of();
        }

        @Override
        public boolean isComplete() {
            return complete;
        }
    });

    @Test
    void aMemberInItsRegionIsGood() {
        assertEquals(Optional.empty(), rules.problemAsNode(MEMBER));
        assertTrue(rules.isMember(MEMBER));
    }

    @Test
    void aNodeOfAKnownRegionMayBecomeAMember() {
        assertEquals(Optional.empty(), rules.problemAsNode(NEWCOMER));
        assertFalse(rules.isMember(NEWCOMER));
    }

    @Test
    void beforeAnythingIsKnownANewcomerMayBeAMember() {
        complete = false;

        assertTrue(rules.isMember(NEWCOMER));
    }

    @Test
    void whoIsRemovedIsNoMemberAnyMore() {
        regions.remove("us-a");

        assertFalse(rules.isMember(MEMBER));
    }

    @Test
    void clustersRegionsAndRolesAreTold() {
        assertProblem("cluster: other (expected: demo)", PeerIdentity.node("other", "us", "us-a"));
        assertProblem("region of us-a: eu (expected: us)", PeerIdentity.node("demo", "eu", "us-a"));
        assertProblem("region of ap-a: ap (expected: one of us, eu)", PeerIdentity.node("demo", "ap", "ap-a"));
        assertProblem("role: client (expected: node)", PeerIdentity.client("demo", "us-a"));
    }

    @Test
    void aKnownAddressBelongsToItsNodeOnly() {
        assertEquals(Optional.empty(), rules.problemAt("10.0.1.1:7101", MEMBER));
        assertEquals(
                Optional.of("node at 10.0.1.1:7101: eu-z (expected: us-a)"),
                rules.problemAt("10.0.1.1:7101", NEWCOMER));
        assertEquals(Optional.empty(), rules.problemAt("10.0.9.9:7101", NEWCOMER));
    }

    @Test
    void clientsNeedTheClusterOnly() {
        assertEquals(Optional.empty(), rules.problemAsClient(PeerIdentity.client("demo", "alice")));
        assertEquals(
                Optional.of("cluster: other (expected: demo)"),
                rules.problemAsClient(PeerIdentity.client("other", "alice")));
        assertEquals(
                Optional.of("region of us-a: eu (expected: us)"),
                rules.problemAsClient(PeerIdentity.node("demo", "eu", "us-a")));
    }

    private void assertProblem(String text, PeerIdentity peer) {
        assertEquals(Optional.of(text), rules.problemAsNode(peer));
    }
}
