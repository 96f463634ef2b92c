package dev.skein.server.access;

import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.Quota;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.server.config.AccessConfig;
import dev.skein.wire.Errors;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges credentials and remembers who uses how much. One for a node, for every front that clients come through. Thread-safe;
 * judging never blocks.
 */
public final class AccessControl {

    private static final Logger log = LoggerFactory.getLogger(AccessControl.class);

    /** Tokens whose signature needn't be checked again; when it is full, all are forgotten. */
    private static final int TOKENS_KNOWN_MAX = 4_096;

    private static final String SCHEMES = "Bearer TOKEN or apikey ID.SECRET";

    private final AccessConfig config;
    private final TimeSource time;
    private final Optional<RootKey> root;
    private final Optional<TokenVerifier> tokens;
    private final Map<String, Grant> verified = new ConcurrentHashMap<>();

    /** Of keys that have a quota, by their id; others count nothing. */
    private final Map<String, Usage> usage = new ConcurrentHashMap<>();

    private volatile AccessState state = AccessState.NOTHING;
    private String lastProblem = "";

    /**
     * Reads the files.
     *
     * @throws AccessFileException when one of them can't be used
     */
    public AccessControl(AccessConfig config, TimeSource time) throws AccessFileException {
        this.config = config;
        this.time = time;
        root = config.rootKey().isPresent()
                ? Optional.of(RootKey.read(config.rootKey().get()))
                : Optional.empty();
        tokens = config.tokens().map(TokenVerifier::new);
        if (config.tokens().isPresent()) {
            state = state.with(JwksFile.read(config.tokens().get().jwks()));
        }
    }

    /** Takes over a newer control state. */
    public synchronized void update(ControlState control) {
        state = state.with(control);
        usage.keySet().removeIf(id -> !state.keys().containsKey(id));
    }

    /** Reads the JWKS file again; what was read before stays in use when it can't be. Reads a disk. */
    public void reload() {
        if (config.tokens().isEmpty()) {
            return;
        }
        try {
            take(JwksFile.read(config.tokens().get().jwks()));
            lastProblem = "";
        } catch (AccessFileException unfit) {
            String problem = String.valueOf(unfit.getMessage());
            if (!problem.equals(lastProblem)) {
                lastProblem = problem;
                log.warn("{}; the keys read before stay in use", problem);
            }
        }
    }

    /**
     * Judges a credential.
     *
     * @param authorization {@code Bearer TOKEN} or {@code apikey ID.SECRET}; null: none was given
     */
    public AccessVerdict authenticate(@Nullable String authorization) {
        if (authorization == null) {
            return TokenVerifier.refused("authorization: missing (expected: " + SCHEMES + ")");
        }
        int blank = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(0, blank)).toLowerCase(Locale.ROOT);
        String credential = authorization.substring(blank + 1).strip();
        return switch (scheme) {
            case "bearer" -> checked(token(credential));
            case "apikey" -> checked(apiKey(credential));
            default -> TokenVerifier.refused("authorization: of another scheme (expected: " + SCHEMES + ")");
        };
    }

    /** Judges a token that lets somebody follow one channel. */
    public ChannelVerdict channelToken(String token) {
        AccessState now = state;
        if (tokens.isEmpty() || !now.known()) {
            return new ChannelVerdict.Refused(tokens.isEmpty() ? tokensRefused() : startingError());
        }
        ChannelVerdict verdict = tokens.get().verifyChannel(token, now.verification(), time.wallMillis());
        return verdict instanceof ChannelVerdict.Granted granted && isRevoked(granted.grant())
                ? new ChannelVerdict.Refused(TokenVerifier.refusedError("token: revoked (expected: a valid one)"))
                : verdict;
    }

    /** Whether a channel's token that was good has been taken back. */
    public boolean isRevoked(ChannelGrant grant) {
        return state.isRevoked(grant.token());
    }

    /** A stream's or call's view, once its credential was found good. */
    public Caller caller(Grant grant, Usage connection) {
        return new Caller(this, grant, connection, time);
    }

    /** A connection's part of the quotas. */
    public Usage newConnection() {
        return Usage.ofConnection(config.connection(), time);
    }

    AccessState state() {
        return state;
    }

    Usage usageOf(Grant grant) {
        boolean limited = !grant.quota().equals(Quota.getDefaultInstance());
        return limited && grant.source() instanceof Grant.ApiKey key
                ? usage.computeIfAbsent(
                        key.stored().getKey().getId(), id -> Usage.of(grant.holder(), grant.quota(), time))
                : Usage.of(grant.holder(), Quota.getDefaultInstance(), time);
    }

    /** Why a grant given earlier isn't good any more, or null. */
    @Nullable
    Error problem(Grant grant, AccessState now) {
        Error revoked = now.revoked(grant);
        return revoked == null && grant.expiresMs() <= time.wallMillis()
                ? ((AccessVerdict.Refused) TokenVerifier.expired(grant.holder())).error()
                : revoked;
    }

    private AccessVerdict checked(AccessVerdict verdict) {
        if (verdict instanceof AccessVerdict.Granted granted) {
            Error problem = problem(granted.grant(), state);
            return problem == null ? verdict : new AccessVerdict.Refused(problem);
        }
        return verdict;
    }

    private AccessVerdict apiKey(String credential) {
        int dot = credential.indexOf('.');
        String id = credential.substring(0, Math.max(0, dot));
        String secret = credential.substring(dot + 1);
        if (root.isPresent() && id.equals(RootKey.ID) && root.get().isSecret(secret)) {
            return new AccessVerdict.Granted(RootKey.GRANT);
        }
        AccessState now = state;
        Grant grant = now.keys().get(id);
        if (grant == null && !now.known()) {
            return starting();
        }
        return grant != null && grant.source() instanceof Grant.ApiKey key && KeyMint.isSecretOf(key.stored(), secret)
                ? new AccessVerdict.Granted(grant)
                : TokenVerifier.refused("API key: unknown (expected: one that the cluster knows)");
    }

    private AccessVerdict token(String token) {
        if (tokens.isEmpty()) {
            return new AccessVerdict.Refused(tokensRefused());
        }
        AccessState now = state;
        if (!now.known()) {
            return starting();
        }
        Grant before = verified.get(token);
        if (before != null) {
            return new AccessVerdict.Granted(before);
        }
        AccessVerdict verdict = tokens.get().verify(token, now.verification(), time.wallMillis());
        if (verdict instanceof AccessVerdict.Granted granted) {
            if (verified.size() >= TOKENS_KNOWN_MAX) {
                verified.clear();
            }
            verified.put(token, granted.grant());
        }
        return verdict;
    }

    /** Revocations aren't known yet, so that nothing can be said. */
    private static AccessVerdict starting() {
        return new AccessVerdict.Refused(startingError());
    }

    private static Error startingError() {
        return Errors.of(Reason.REASON_STARTING, "the node has not heard of any key or revocation yet");
    }

    private static Error tokensRefused() {
        return TokenVerifier.refusedError(
                Checks.text("authorization", "a token", "an API key; tokens aren't taken here"));
    }

    private synchronized void take(Map<String, VerificationKey> read) {
        Map<String, VerificationKey> present = state.verification();
        boolean same = present.size() == read.size()
                && read.entrySet().stream().allMatch(each -> {
                    VerificationKey before = present.get(each.getKey());
                    return before != null && before.isSame(each.getValue());
                });
        if (!same) {
            state = state.with(read);
            log.info("new keys for tokens are in use: {}", read.keySet());
        }
    }
}
