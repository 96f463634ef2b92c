package dev.skein.server.access;

import dev.skein.proto.admin.v1.TokenRevocation;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.StoredKey;
import dev.skein.wire.Errors;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node knows of keys and revocations at one moment. Immutable; a newer one replaces it.
 *
 * @param known whether the control group has been heard of
 * @param keys what each API key gives, by its id
 * @param tokenIds revoked {@code jti}
 * @param subjectsBefore by {@code sub}, the moment before which its tokens are revoked
 * @param verification keys of the JWKS file, by their {@code kid}
 */
record AccessState(
        boolean known,
        Map<String, Grant> keys,
        Set<String> tokenIds,
        Map<String, Long> subjectsBefore,
        Map<String, VerificationKey> verification) {

    static final AccessState NOTHING = new AccessState(false, Map.of(), Set.of(), Map.of(), Map.of());

    private static final Logger log = LoggerFactory.getLogger(AccessState.class);

    AccessState with(ControlState control) {
        Set<String> ids = new HashSet<>();
        Map<String, Long> subjects = new HashMap<>();
        for (TokenRevocation each : control.getTokenRevocationsList()) {
            if (each.getTokenId().isEmpty()) {
                subjects.put(each.getSubject(), each.getBeforeMs());
            } else {
                ids.add(each.getTokenId());
            }
        }
        boolean heard = control.getVersion() > 0;
        return new AccessState(heard, grants(control), Set.copyOf(ids), Map.copyOf(subjects), verification);
    }

    AccessState with(Map<String, VerificationKey> newer) {
        return new AccessState(known, keys, tokenIds, subjectsBefore, newer);
    }

    /** Why a grant given earlier is taken back, or null. */
    @Nullable
    Error revoked(Grant grant) {
        if (grant.source() instanceof Grant.ApiKey key) {
            Grant present = keys.get(key.stored().getKey().getId());
            return present != null && present.source().equals(key) ? null : revoked(grant.holder());
        }
        return grant.source() instanceof Grant.Token token && isRevoked(token) ? revoked(grant.holder()) : null;
    }

    /** Whether a token was taken back, by itself or with its key. */
    boolean isRevoked(Grant.Token token) {
        VerificationKey present = verification.get(token.key().jwk().getKeyID());
        Long before = subjectsBefore.get(token.subject());
        return present == null
                || !present.isSame(token.key())
                || tokenIds.contains(token.id())
                || before != null && token.issuedMs() < before;
    }

    private static Error revoked(String holder) {
        return Errors.of(
                Reason.REASON_UNAUTHENTICATED, "credential of " + holder + ": revoked (expected: a valid one)");
    }

    /** A grant that is still the same stays the same object. */
    private Map<String, Grant> grants(ControlState control) {
        Map<String, Grant> grants = new HashMap<>();
        for (StoredKey stored : control.getKeysList()) {
            String id = stored.getKey().getId();
            Grant present = keys.get(id);
            boolean same = present != null
                    && present.source() instanceof Grant.ApiKey key
                    && key.stored().equals(stored);
            Grant grant = same ? present : grant(stored);
            if (grant != null) {
                grants.put(id, grant);
            }
        }
        return Map.copyOf(grants);
    }

    /** Null for a key of a later version that this one doesn't understand: it allows nothing here. */
    private static @Nullable Grant grant(StoredKey stored) {
        try {
            long expires = stored.getKey().getExpiresMs();
            return new Grant(
                    new Grant.ApiKey(stored),
                    "key:" + stored.getKey().getId(),
                    Capabilities.of(stored.getKey().getCapabilitiesList()),
                    stored.getKey().getQuota(),
                    expires == 0 ? Long.MAX_VALUE : expires);
        } catch (IllegalArgumentException newer) {
            log.warn(
                    "API key {} allows nothing at this node: {}",
                    stored.getKey().getId(),
                    newer.getMessage());
            return null;
        }
    }
}
