package dev.skein.core.tls;

import dev.skein.core.Checks;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a certificate says of its holder, in one URI among its subject alternative names: {@code skein://CLUSTER/node/REGION/NODE}
 * or {@code skein://CLUSTER/client/NAME}. The subject is not looked at.
 *
 * @param cluster the cluster's configured name
 * @param region empty for a client
 * @param name the node's id, or the client's name
 */
public record PeerIdentity(String cluster, Role role, String region, String name) {

    /** What the holder may be. */
    public enum Role {
        /** A member of the cluster: may call the peer port, as itself. */
        NODE,
        /** Anybody else: may call the client port only. */
        CLIENT;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String SCHEME = "skein://";
    private static final String LABEL = "[a-z0-9][a-z0-9-]{0,62}";
    private static final Pattern NODE_URI =
            Pattern.compile(SCHEME + "(?<cluster>" + LABEL + ")/node/(?<region>" + LABEL + ")/(?<name>" + LABEL + ")");
    private static final Pattern CLIENT_URI =
            Pattern.compile(SCHEME + "(?<cluster>" + LABEL + ")/client/(?<name>[A-Za-z0-9][A-Za-z0-9._@-]{0,126})");

    /** Type of a URI in {@link X509Certificate#getSubjectAlternativeNames()}. */
    private static final int URI_TYPE = 6;

    public PeerIdentity {
        String uri = uri(cluster, role, region, name);
        Checks.check(
                pattern(role).matcher(uri).matches(),
                "identity",
                uri,
                "skein://CLUSTER/node/REGION/NODE or skein://CLUSTER/client/NAME");
    }

    /** A node's identity. */
    public static PeerIdentity node(String cluster, String region, String node) {
        return new PeerIdentity(cluster, Role.NODE, region, node);
    }

    /** A client's identity. */
    public static PeerIdentity client(String cluster, String name) {
        return new PeerIdentity(cluster, Role.CLIENT, "", name);
    }

    /** Reads a URI; empty when it names nobody. */
    public static Optional<PeerIdentity> parse(String uri) {
        Matcher node = NODE_URI.matcher(uri);
        if (node.matches()) {
            return Optional.of(node(node.group("cluster"), node.group("region"), node.group("name")));
        }
        Matcher client = CLIENT_URI.matcher(uri);
        return client.matches() ? Optional.of(client(client.group("cluster"), client.group("name"))) : Optional.empty();
    }

    /** Whom a certificate names; empty when it names nobody, or more than one. */
    public static Optional<PeerIdentity> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> uris = names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0).equals(URI_TYPE))
                            .map(name -> String.valueOf(name.get(1)))
                            .filter(uri -> uri.startsWith(SCHEME))
                            .toList();
            return uris.size() == 1 ? parse(uris.get(0)) : Optional.empty();
        } catch (CertificateParsingException unreadable) {
            return Optional.empty();
        }
    }

    /** The identity as it is written in a certificate. */
    public String uri() {
        return uri(cluster, role, region, name);
    }

    @Override
    public String toString() {
        return uri();
    }

    private static Pattern pattern(Role role) {
        return role == Role.NODE ? NODE_URI : CLIENT_URI;
    }

    private static String uri(String cluster, Role role, String region, String name) {
        String place = role == Role.NODE ? region + "/" : "";
        return SCHEME + cluster + "/" + role.word() + "/" + place + name;
    }
}
