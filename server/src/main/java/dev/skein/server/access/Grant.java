package dev.skein.server.access;

import dev.skein.proto.admin.v1.Quota;
import dev.skein.proto.replication.v1.StoredKey;

/**
 * What a good credential gives.
 *
 * @param source where it comes from, which may take it back
 * @param holder who has it: {@code key:ID}, {@code sub:SUBJECT} or {@code root}; a refreshed credential must be of the same
 * @param capabilities what it allows
 * @param quota what all who hold it may have together on this node
 * @param expiresMs wall-clock milliseconds; {@link Long#MAX_VALUE}: never
 */
public record Grant(Source source, String holder, Capabilities capabilities, Quota quota, long expiresMs) {

    /** Where a grant comes from. */
    sealed interface Source {}

    /** The node's own root key, which ends with the process. */
    record RootKey() implements Source {}

    /** An API key of the control group. */
    record ApiKey(StoredKey stored) implements Source {}

    /**
     * A signed token.
     *
     * @param key what it was verified with
     * @param id its {@code jti}; empty without one
     * @param subject its {@code sub}
     * @param issuedMs its {@code iat}
     * @param connection what it says of a connection of the edge
     */
    record Token(VerificationKey key, String id, String subject, long issuedMs, ConnectionClaims connection)
            implements Source {}

    /** The same until then. */
    Grant endingAt(long wallMillis) {
        return new Grant(source, holder, capabilities, quota, wallMillis);
    }
}
