package dev.skein.replication.control;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelPattern;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.TokenRevocation;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.StoredKey;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the control state holds of access: API keys, and tokens that were revoked before their time. Every command may be applied twice
 * without harm. Called on the group's apply thread; {@link #problem} by anyone.
 */
public final class AccessRules {

    /** Bytes of a key's label, and of a token's {@code jti} and {@code sub}. */
    public static final int TEXT_BYTES_MAX = 128;

    private static final Pattern KEY_ID = Pattern.compile("[a-z0-9]{16}");
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** How far clocks may be apart before a revocation is forgotten too early. */
    private static final long FORGET_LATER_MS = 24L * 3600 * 1000;

    private AccessRules() {}

    static void createKey(ControlState.Builder next, StoredKey wanted) throws ControlMachine.Refusal {
        String problem = problem(wanted);
        if (problem != null) {
            throw ControlMachine.refuse(Reason.REASON_INVALID_ARGUMENT, problem);
        }
        for (StoredKey present : next.getKeysList()) {
            if (present.equals(wanted)) {
                return;
            }
            if (present.getKey().getId().equals(wanted.getKey().getId())) {
                throw ControlMachine.refuse(
                        Reason.REASON_ALREADY_EXISTS,
                        Checks.text("key.id", wanted.getKey().getId(), "a new one"));
            }
        }
        if (next.getKeysCount() >= Limits.KEYS_MAX) {
            throw ControlMachine.refuse(
                    Reason.REASON_INVALID_ARGUMENT,
                    Checks.text("keys", next.getKeysCount() + 1, "at most " + Limits.KEYS_MAX));
        }
        next.addKeys(wanted);
    }

    /** A key that isn't there is revoked already. */
    static void revokeKey(ControlState.Builder next, String id) {
        for (int i = 0; i < next.getKeysCount(); i++) {
            if (next.getKeys(i).getKey().getId().equals(id)) {
                next.removeKeys(i);
                return;
            }
        }
    }

    static void revokeTokens(ControlState.Builder next, TokenRevocation wanted, long timeMs)
            throws ControlMachine.Refusal {
        String problem = problem(wanted);
        if (problem != null) {
            throw ControlMachine.refuse(Reason.REASON_INVALID_ARGUMENT, problem);
        }
        TokenRevocation revoked = complete(next, wanted, timeMs);
        ControlState.Builder kept = ControlState.newBuilder();
        for (TokenRevocation present : next.getTokenRevocationsList()) {
            if (present.getUntilMs() > timeMs && !concernSame(present, revoked)) {
                kept.addTokenRevocations(present);
            }
        }
        if (kept.getTokenRevocationsCount() >= Limits.TOKEN_REVOCATIONS_MAX) {
            throw ControlMachine.refuse(
                    Reason.REASON_INVALID_ARGUMENT,
                    Checks.text(
                            "token revocations",
                            kept.getTokenRevocationsCount() + 1,
                            "at most " + Limits.TOKEN_REVOCATIONS_MAX + "; take the tokens' key out of the JWKS file"));
        }
        next.clearTokenRevocations()
                .addAllTokenRevocations(kept.getTokenRevocationsList())
                .addTokenRevocations(revoked);
    }

    /** What is wrong with the part of a key that a user chooses, or null. */
    public static @Nullable String problem(ApiKey key) {
        int labelBytes = key.getLabelBytes().size();
        if (labelBytes > TEXT_BYTES_MAX) {
            return Checks.text("label bytes", labelBytes, "at most " + TEXT_BYTES_MAX);
        }
        if (key.getQuota().getMessagesPerSecond() < 0
                || key.getQuota().getBytesPerSecond() < 0
                || key.getQuota().getStreams() < 0) {
            return Checks.text("quota", "too large", "each part at most 2^31 - 1 streams and 2^63 - 1 of the others");
        }
        int capabilities = key.getCapabilitiesCount();
        if (capabilities == 0 || capabilities > Limits.CAPABILITIES_MAX) {
            return Checks.text("capabilities", capabilities, "1 to " + Limits.CAPABILITIES_MAX);
        }
        for (Capability capability : key.getCapabilitiesList()) {
            String problem = problem(capability);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** What is wrong with a revocation, or null. */
    public static @Nullable String problem(TokenRevocation revocation) {
        int idBytes = revocation.getTokenIdBytes().size();
        int subjectBytes = revocation.getSubjectBytes().size();
        if (idBytes == 0 == (subjectBytes == 0)) {
            return Checks.text("revocation", "of " + (idBytes == 0 ? "nothing" : "both"), "a token id or a subject");
        }
        int bytes = Math.max(idBytes, subjectBytes);
        return bytes > TEXT_BYTES_MAX
                ? Checks.text("token id or subject bytes", bytes, "1 to " + TEXT_BYTES_MAX)
                : null;
    }

    private static @Nullable String problem(StoredKey stored) {
        if (!KEY_ID.matcher(stored.getKey().getId()).matches()) {
            return Checks.text("key.id", "malformed", "16 lower-case letters and digits");
        }
        return isOf(stored.getSalt(), SALT_BYTES) && isOf(stored.getHash(), HASH_BYTES)
                ? problem(stored.getKey())
                : Checks.text("key.hash", "malformed", "a salt of 16 bytes and a hash of 32");
    }

    private static boolean isOf(ByteString bytes, int size) {
        return bytes.size() == size;
    }

    private static @Nullable String problem(Capability capability) {
        ChannelPattern channels;
        try {
            channels = ChannelPattern.parse(capability.getChannels());
        } catch (IllegalArgumentException invalid) {
            return invalid.getMessage();
        }
        if (capability.getPermissionsCount() == 0
                || capability.getPermissionsValueList().stream().anyMatch(AccessRules::isUnknown)) {
            return Checks.text(
                    "permissions",
                    capability.getPermissionsList(),
                    "at least one of publish, subscribe, history, presence and admin");
        }
        return capability.getPermissionsList().contains(Permission.PERMISSION_ADMIN) && !channels.isEvery()
                ? Checks.text("channels", channels, "* with the permission admin, which concerns the whole cluster")
                : null;
    }

    private static boolean isUnknown(int permission) {
        return permission == 0 || Permission.forNumber(permission) == null;
    }

    /** A subject's later revocation covers its earlier one; the later moment counts, whatever the order of the commands. */
    private static TokenRevocation complete(ControlState.Builder state, TokenRevocation wanted, long timeMs) {
        long before = wanted.getSubject().isEmpty() ? 0 : wanted.getBeforeMs() == 0 ? timeMs : wanted.getBeforeMs();
        for (TokenRevocation present : state.getTokenRevocationsList()) {
            before = concernSame(present, wanted) ? Math.max(before, present.getBeforeMs()) : before;
        }
        return wanted.toBuilder()
                .setBeforeMs(before)
                .setUntilMs(Math.max(before, timeMs) + Limits.TOKEN_LIFETIME_MS_MAX + FORGET_LATER_MS)
                .build();
    }

    private static boolean concernSame(TokenRevocation one, TokenRevocation other) {
        return one.getTokenId().equals(other.getTokenId()) && one.getSubject().equals(other.getSubject());
    }
}
