package dev.skein.server.access;

import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Quota;
import dev.skein.replication.control.AccessRules;
import dev.skein.server.config.AccessConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token whose signature is good. A claim that is there and isn't of its type makes the token bad, as does a missing
 * one of {@code sub}, {@code aud}, {@code iat}, {@code exp} and {@code caps}.
 */
final class TokenClaims {

    /** How far the issuer's clock may be ahead of this node's. */
    private static final long SKEW_MS = 30_000;

    /** Beyond it, milliseconds would not fit. */
    private static final long SECONDS_MAX = 1L << 40;

    private final Map<String, Object> claims;
    private final AccessConfig.Tokens rules;
    private final long nowMs;

    TokenClaims(Map<String, Object> claims, AccessConfig.Tokens rules, long nowMs) {
        this.claims = claims;
        this.rules = rules;
        this.nowMs = nowMs;
    }

    /** Of a token that lets somebody in. */
    AccessVerdict judge(VerificationKey key) {
        try {
            String subject = text("sub", true);
            String id = text("jti", false);
            checkDestination();
            // A token for one channel's subscription says nothing about its holder's other rights.
            Checks.check(!claims.containsKey("channel"), "channel", "present", "none in a connection's token");
            long issuedMs = millis("iat", 0);
            long expiresMs = millis("exp", 0);
            checkTimes(issuedMs, expiresMs);
            String holder = "sub:" + subject;
            Capabilities capabilities = capabilities();
            ConnectionClaims connection = ConnectionClaims.of(claims);
            return expiresMs <= nowMs
                    ? TokenVerifier.expired(holder)
                    : new AccessVerdict.Granted(new Grant(
                            new Grant.Token(key, id, subject, issuedMs, connection),
                            holder,
                            capabilities,
                            Quota.getDefaultInstance(),
                            expiresMs));
        } catch (IllegalArgumentException wrong) {
            return TokenVerifier.refused("token, " + wrong.getMessage());
        }
    }

    /** Of a token that lets somebody follow one channel. */
    ChannelVerdict judgeChannel(VerificationKey key) {
        try {
            String subject = text("sub", true);
            String channel = text("channel", true);
            checkDestination();
            long issuedMs = millis("iat", 0);
            long expiresMs = millis("exp", 0);
            checkTimes(issuedMs, expiresMs);
            ChannelGrant grant = new ChannelGrant(
                    new Grant.Token(key, text("jti", false), subject, issuedMs, ConnectionClaims.NONE),
                    channel,
                    text("client", false),
                    subscriptionEnd(expiresMs),
                    ChannelClaims.of(claims));
            return expiresMs <= nowMs
                    ? new ChannelVerdict.Refused(TokenVerifier.expiredError("sub:" + subject))
                    : new ChannelVerdict.Granted(grant);
        } catch (IllegalArgumentException wrong) {
            return new ChannelVerdict.Refused(TokenVerifier.refusedError("token, " + wrong.getMessage()));
        }
    }

    /** The token's own end, unless it says another one; 0 and less: none. */
    private long subscriptionEnd(long expiresMs) {
        Object at = claims.get("expire_at");
        if (at == null) {
            return expiresMs;
        }
        Checks.check(
                at instanceof Long seconds && Math.abs(seconds) < SECONDS_MAX,
                "expire_at",
                "malformed",
                "seconds since 1970");
        return (Long) at <= 0 ? Long.MAX_VALUE : (Long) at * 1_000;
    }

    private void checkDestination() {
        Object audience = claims.get("aud");
        boolean meant = audience instanceof List<?> several
                ? several.contains(rules.audience())
                : rules.audience().equals(audience);
        Checks.check(meant, "aud", "another", rules.audience());
        boolean trusted = rules.issuer().isEmpty() || rules.issuer().get().equals(claims.get("iss"));
        Checks.check(trusted, "iss", "another", "the configured issuer");
    }

    private void checkTimes(long issuedMs, long expiresMs) {
        Checks.check(issuedMs <= nowMs + SKEW_MS, "iat", "in the future", "now or earlier");
        Checks.check(millis("nbf", issuedMs) <= nowMs + SKEW_MS, "nbf", "in the future", "now or earlier");
        Checks.check(expiresMs > issuedMs, "exp", "before iat", "later");
        long lifetimeMax = rules.lifetimeMax().toMillis();
        Checks.check(
                expiresMs - issuedMs <= lifetimeMax,
                "exp - iat",
                (expiresMs - issuedMs) / 1_000 + " s",
                "at most " + lifetimeMax / 1_000 + " s");
    }

    /** @param byDefault for a claim that may be missing; 0: it may not */
    private long millis(String name, long byDefault) {
        Object value = claims.get(name);
        if (value == null && byDefault != 0) {
            return byDefault;
        }
        boolean valid = (value instanceof Long || value instanceof Integer || value instanceof Double)
                && ((Number) value).doubleValue() > 0
                && ((Number) value).doubleValue() < SECONDS_MAX;
        Checks.check(valid, name, value == null ? "missing" : "malformed", "seconds since 1970");
        return (long) (((Number) value).doubleValue() * 1_000);
    }

    private String text(String name, boolean required) {
        Object value = claims.get(name);
        if (value == null && !required) {
            return "";
        }
        boolean valid = value instanceof String text
                && !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= AccessRules.TEXT_BYTES_MAX;
        Checks.check(
                valid,
                name,
                value == null ? "missing" : "malformed",
                "a text of 1 to " + AccessRules.TEXT_BYTES_MAX + " bytes");
        return String.valueOf(value);
    }

    /** Checked by the same rules as those of a key. */
    private Capabilities capabilities() {
        Object caps = claims.get("caps");
        Checks.check(
                caps instanceof List<?> list && !list.isEmpty() && list.size() <= Limits.CAPABILITIES_MAX,
                "caps",
                caps == null ? "missing" : "malformed",
                "a list of 1 to " + Limits.CAPABILITIES_MAX + " of {\"channels\": ..., \"permissions\": [...]}");
        ApiKey.Builder key = ApiKey.newBuilder();
        for (Object each : (List<?>) caps) {
            key.addCapabilities(capability(each));
        }
        String problem = AccessRules.problem(key.build());
        if (problem != null) {
            throw new IllegalArgumentException("caps, " + problem);
        }
        return Capabilities.of(key.getCapabilitiesList());
    }

    private static Capability capability(Object claim) {
        if (claim instanceof Map<?, ?> map
                && map.size() == 2
                && map.get("channels") instanceof String channels
                && map.get("permissions") instanceof List<?> permissions
                && permissions.size() < Permission.values().length) {
            Capability.Builder capability = Capability.newBuilder().setChannels(channels);
            permissions.forEach(each -> capability.addPermissions(permission(each)));
            return capability.build();
        }
        throw new IllegalArgumentException(
                "caps: malformed (expected: {\"channels\": ..., \"permissions\": [...]} and nothing else in each)");
    }

    private static Permission permission(@Nullable Object name) {
        for (Permission each : Permission.values()) {
            boolean usable = each != Permission.UNRECOGNIZED && each != Permission.PERMISSION_UNSPECIFIED;
            if (usable && wordOf(each).equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "permissions: unknown (expected: publish, subscribe, history, presence or admin)");
    }

    /** A permission as people write it. */
    static String wordOf(Permission permission) {
        return permission.name().substring("PERMISSION_".length()).toLowerCase(Locale.ROOT);
    }
}
