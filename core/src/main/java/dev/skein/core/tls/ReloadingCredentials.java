package dev.skein.core.tls;

import dev.skein.core.Checks;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A process's credentials as its files have them now. New connections use what was read last; those that are open stay as they
 * are. Files that don't fit together, as in the middle of being replaced, change nothing. Safe for any thread.
 */
public final class ReloadingCredentials {

    private final String prefix;
    private final CredentialFiles files;
    private final @Nullable PeerIdentity self;
    private volatile Generation current;

    /** The one before it still answers to handshakes that began with it. */
    record Generation(long number, Credentials credentials, Optional<Credentials> before) {}

    private ReloadingCredentials(String prefix, CredentialFiles files, @Nullable PeerIdentity self, Credentials first) {
        this.prefix = prefix;
        this.files = files;
        this.self = self;
        this.current = new Generation(1, first, Optional.empty());
    }

    /**
     * Reads the files for the first time.
     *
     * @param prefix what the options' names start with, for messages
     * @param self whom the certificate must name, trusted by those that the process trusts; null: it is for strangers
     * @throws CredentialsException when they can't be used
     */
    public static ReloadingCredentials read(
            String prefix, CredentialFiles files, @Nullable PeerIdentity self, Instant now)
            throws CredentialsException {
        Credentials first = Credentials.read(prefix, files);
        check(prefix, first, self, now);
        return new ReloadingCredentials(prefix, files, self, first);
    }

    /**
     * Reads the files again.
     *
     * @return whether there was something new
     * @throws CredentialsException when they can't be used; what was read before stays in use
     */
    public synchronized boolean reload(Instant now) throws CredentialsException {
        Credentials read = Credentials.read(prefix, files);
        Generation old = current;
        if (read.fingerprint() == old.credentials().fingerprint()) {
            return false;
        }
        check(prefix, read, self, now);
        current = new Generation(old.number() + 1, read, Optional.of(old.credentials()));
        return true;
    }

    /** When the present certificate ends. */
    public Instant expires() {
        return current.credentials().expires();
    }

    /** Presents the certificate that is current when a handshake begins. */
    public X509ExtendedKeyManager keyManager() {
        return new ReloadingKeyManager(this::generation);
    }

    /**
     * Checks that a chain leads to an authority that is trusted now, for now.
     *
     * @param client whether it is a client's chain, else a server's
     */
    public void checkChain(X509Certificate[] chain, String authType, boolean client) throws CertificateException {
        X509ExtendedTrustManager trust = current.credentials().trust();
        if (trust == null) {
            throw new CertificateException("nobody's certificates are believed here");
        } else if (client) {
            trust.checkClientTrusted(chain, authType);
        } else {
            trust.checkServerTrusted(chain, authType);
        }
    }

    private Generation generation() {
        return current;
    }

    /** A node finds its own mistake before others do. */
    private static void check(String prefix, Credentials credentials, @Nullable PeerIdentity self, Instant now)
            throws CredentialsException {
        X509Certificate own = credentials.own();
        String name = prefix + "certificate";
        String named = PeerIdentity.of(own).map(PeerIdentity::uri).orElse("no identity");
        if (self != null && !named.equals(self.uri())) {
            throw new CredentialsException(Checks.text(name, named, self.uri()));
        }
        boolean current = !now.isBefore(own.getNotBefore().toInstant())
                && !now.isAfter(own.getNotAfter().toInstant());
        if (!current) {
            throw new CredentialsException(Checks.text(
                    name,
                    "valid from " + own.getNotBefore().toInstant() + " to "
                            + own.getNotAfter().toInstant(),
                    "one that is valid now, " + now));
        }
        X509ExtendedTrustManager trust = credentials.trust();
        if (trust != null) {
            checkTrusted(prefix, name, credentials, trust);
        }
    }

    private static void checkTrusted(
            String prefix, String name, Credentials credentials, X509ExtendedTrustManager trust)
            throws CredentialsException {
        try {
            X509Certificate[] chain = credentials.chain().toArray(X509Certificate[]::new);
            trust.checkServerTrusted(chain, "UNKNOWN");
            trust.checkClientTrusted(chain, "UNKNOWN");
        } catch (CertificateException stranger) {
            throw new CredentialsException(
                    Checks.text(
                            name,
                            "not trusted by " + prefix + "trust: " + stranger.getMessage(),
                            "one that other nodes will believe, for both ends of a connection"),
                    stranger);
        }
    }
}
