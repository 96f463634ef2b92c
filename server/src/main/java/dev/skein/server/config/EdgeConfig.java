package dev.skein.server.config;

import dev.skein.core.tls.Loopback;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The gateway for browsers and phones. Its port isn't encrypted: on an address that isn't loopback only behind a proxy that encrypts.
 *
 * @param listen where it listens, host:port
 * @param origins web pages that may connect, {@code *} standing for any characters; clients that are no browsers aren't asked
 */
public record EdgeConfig(String listen, List<String> origins) {

    private static final Pattern ORIGIN = Pattern.compile("\\*|[a-z]+://[^/\\s]+", Pattern.CASE_INSENSITIVE);

    static Optional<EdgeConfig> read(Section node) {
        return node.optionalSection("edge").map(EdgeConfig::readPresent);
    }

    private static EdgeConfig readPresent(Section section) {
        boolean behindProxy = section.word("transport", Transport.class, Transport.PLAINTEXT) == Transport.PROXIED;
        EdgeConfig edge = new EdgeConfig(
                section.text(
                        "listen",
                        text -> Address.isValid(text) && (behindProxy || Loopback.isLoopback(Address.host(text))),
                        Address.EXPECTED + " on loopback; elsewhere with node.edge.transport: proxied, behind a proxy"
                                + " that encrypts"),
                section.texts("origins", ORIGIN, "an origin such as https://chat.example.com, or *"));
        section.refuseUnknownKeys();
        return edge;
    }

    /** Whether only a proxy that encrypts stands between the port and the world. */
    public boolean isProxied() {
        return !Loopback.isLoopback(Address.host(listen));
    }

    /** How connections are protected. */
    private enum Transport {
        /** Not at all. */
        PLAINTEXT,
        /** By a proxy before the port. */
        PROXIED
    }
}
