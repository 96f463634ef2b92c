package dev.skein.core.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes in a certificate if a trusted authority signed it and the rule accepts whom it names. Names of hosts aren't looked at:
 * a node's address may change, its identity doesn't.
 */
public class PeerTrust extends X509ExtendedTrustManager {

    /** Who may be at the other end. */
    @FunctionalInterface
    public interface Rule {

        /** @throws CertificateException when it is not acceptable, with the reason */
        void check(PeerIdentity peer, SSLEngine engine) throws CertificateException;
    }

    private final ReloadingCredentials credentials;
    private final Rule rule;
    private final Consumer<String> refused;

    /**
     * @param refused told of each refusal, in one line; must not block
     */
    public PeerTrust(ReloadingCredentials credentials, Rule rule, Consumer<String> refused) {
        this.credentials = credentials;
        this.rule = rule;
        this.refused = refused;
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, authType, engine, true);
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, authType, engine, false);
    }

    /** None: what is trusted is nobody's concern, and whoever calls presents the only certificate it has. */
    @Override
    public final X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("connections are made by engines");
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("connections are made by engines");
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("connections are made by engines");
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("connections are made by engines");
    }

    private void check(X509Certificate[] chain, String authType, SSLEngine engine, boolean client)
            throws CertificateException {
        Optional<PeerIdentity> peer = PeerIdentity.of(chain[0]);
        String who = peer.map(PeerIdentity::uri).orElse("a certificate without a Skein identity");
        try {
            credentials.checkChain(chain, authType, client);
            if (peer.isEmpty()) {
                throw new CertificateException("it names nobody (expected: one URI skein://...)");
            }
            rule.check(peer.get(), engine);
        } catch (CertificateException no) {
            refused.accept(who + ": " + no.getMessage());
            throw no;
        }
    }
}
