package dev.skein.core.tls;

import dev.skein.core.tls.ReloadingCredentials.Generation;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The alias holds the generation's number, so that a handshake under way during a reload gets key and certificate of one
 * generation. The certificate is presented whatever authorities the other end names: if they don't fit, it shall say so.
 */
final class ReloadingKeyManager extends X509ExtendedKeyManager {

    private final Supplier<Generation> generation;

    ReloadingKeyManager(Supplier<Generation> generation) {
        this.generation = generation;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        Generation now = generation.get();
        return aliased(now, now.credentials().keys().chooseEngineClientAlias(keyTypes, null, engine));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        Generation now = generation.get();
        return aliased(now, now.credentials().keys().chooseEngineServerAlias(keyType, null, engine));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return of(alias)
                .map(found -> found.keys().getCertificateChain(Credentials.ALIAS))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return of(alias)
                .map(found -> found.keys().getPrivateKey(Credentials.ALIAS))
                .orElse(null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
        return generation.get().credentials().keys().getClientAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("connections are made by engines");
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
        return generation.get().credentials().keys().getServerAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("connections are made by engines");
    }

    private static @Nullable String aliased(Generation now, @Nullable String chosen) {
        return chosen == null ? null : Long.toString(now.number());
    }

    private Optional<Credentials> of(String alias) {
        Generation now = generation.get();
        if (alias.equals(Long.toString(now.number()))) {
            return Optional.of(now.credentials());
        }
        return alias.equals(Long.toString(now.number() - 1)) ? now.before() : Optional.empty();
    }
}
