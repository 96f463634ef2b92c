package dev.skein.core.tls;

import dev.skein.core.Checks;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A process's credentials as its files have them now. New connections use what was read last; those that are open stay as they
 * are. Files that don't fit together, as in the middle of being replaced, change nothing. Safe for any thread.
 */
public final class ReloadingCredentials {

    private final String prefix;
    private final CredentialFiles files;
    private volatile Generation current;

    /** The one before it still answers to handshakes that began with it. */
    record Generation(long number, Credentials credentials, Optional<Credentials> before) {}

    private ReloadingCredentials(String prefix, CredentialFiles files, Credentials first) {
        this.prefix = prefix;
        this.files = files;
        this.current = new Generation(1, first, Optional.empty());
    }

    /**
     * Reads the files for the first time.
     *
     * @param prefix what the options' names start with, for messages
     * @param self whom the certificate must name
     * @throws CredentialsException when they can't be used
     */
    public static ReloadingCredentials read(String prefix, CredentialFiles files, PeerIdentity self, Instant now)
            throws CredentialsException {
        Credentials first = Credentials.read(prefix, files);
        check(prefix, first, self, now);
        return new ReloadingCredentials(prefix, files, first);
    }

    /**
     * Reads the files again.
     *
     * @return whether there was something new
     * @throws CredentialsException when they can't be used; what was read before stays in use
     */
    public synchronized boolean reload(PeerIdentity self, Instant now) throws CredentialsException {
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
        Credentials credentials = current.credentials();
        if (client) {
            credentials.trust().checkClientTrusted(chain, authType);
        } else {
            credentials.trust().checkServerTrusted(chain, authType);
        }
    }

    private Generation generation() {
        return current;
    }

    /** A node finds its own mistake before others do. */
    private static void check(String prefix, Credentials credentials, PeerIdentity self, Instant now)
            throws CredentialsException {
        X509Certificate own = credentials.own();
        String named = PeerIdentity.of(own).map(PeerIdentity::uri).orElse("no identity");
        String name = prefix + "certificate";
        if (!named.equals(self.uri())) {
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
        try {
            X509Certificate[] chain = credentials.chain().toArray(X509Certificate[]::new);
            credentials.trust().checkServerTrusted(chain, "UNKNOWN");
            credentials.trust().checkClientTrusted(chain, "UNKNOWN");
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
