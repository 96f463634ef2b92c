package dev.skein.cli.certificates;

import java.time.Instant;
import java.util.List;

/**
 * What is to be certified.
 *
 * @param name for people
 * @param uris identities; a Skein node or client has one, {@code skein://...}
 * @param hosts names and literal IP addresses under which clients reach it
 * @param server whether it may be the called end of a connection; anybody may be the calling one
 * @param from when it begins to be valid
 * @param until when it ends to be valid
 */
public record CertificateRequest(
        String name, List<String> uris, List<String> hosts, boolean server, Instant from, Instant until) {

    public CertificateRequest {
        uris = List.copyOf(uris);
        hosts = List.copyOf(hosts);
    }
}
