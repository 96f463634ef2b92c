package dev.skein.server.tls;

import dev.skein.core.Checks;
import dev.skein.core.tls.PeerIdentity;
import dev.skein.core.tls.PeerIdentity.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may be at the other end of a connection. Each method answers with the problem in one line, or with nothing.
 *
 * @param cluster the cluster's configured name
 * @param regions the cluster's regions
 * @param members who belongs to it
 */
public record PeerRules(String cluster, List<String> regions, PeerMembership members) {

    /** Whether it is a node of this cluster: a member in its region, or one that may become a member. */
    Optional<String> problemAsNode(PeerIdentity peer) {
        if (peer.role() != Role.NODE) {
            return problem("role", peer.role().name().toLowerCase(java.util.Locale.ROOT), "node");
        }
        return problemWithCluster(peer).or(() -> problemWithRegion(peer));
    }

    /** Whether it is the node that was called: the one whose address this is, if it is anybody's. */
    Optional<String> problemAt(String address, PeerIdentity peer) {
        Set<String> wanted = members.nodesAt(address);
        return problemAsNode(peer)
                .or(() -> wanted.isEmpty() || wanted.contains(peer.name())
                        ? Optional.empty()
                        : problem("node at " + address, peer.name(), String.join(" or ", wanted)));
    }

    /** Whether it may use the client port with a certificate. */
    Optional<String> problemAsClient(PeerIdentity peer) {
        return peer.role() == Role.NODE ? problemAsNode(peer) : problemWithCluster(peer);
    }

    /** Whether a node that passed {@link #problemAsNode} is a member, and not only one that may become one. */
    boolean isMember(PeerIdentity peer) {
        return members.regionOf(peer.name()).isPresent() || !members.isComplete();
    }

    private Optional<String> problemWithCluster(PeerIdentity peer) {
        return peer.cluster().equals(cluster) ? Optional.empty() : problem("cluster", peer.cluster(), cluster);
    }

    private Optional<String> problemWithRegion(PeerIdentity peer) {
        Optional<String> known = members.regionOf(peer.name());
        if (known.isPresent()) {
            return known.get().equals(peer.region())
                    ? Optional.empty()
                    : problem("region of " + peer.name(), peer.region(), known.get());
        }
        return regions.contains(peer.region())
                ? Optional.empty()
                : problem("region of " + peer.name(), peer.region(), "one of " + String.join(", ", regions));
    }

    private static Optional<String> problem(String name, String value, String expected) {
        return Optional.of(Checks.text(name, value, expected));
    }
}
