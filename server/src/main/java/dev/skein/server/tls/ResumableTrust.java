package dev.skein.server.tls;

import dev.skein.core.tls.PeerTrust;
import dev.skein.core.tls.ReloadingCredentials;
import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;

/** A resumed TLS session brings no certificate, only the memory of one: it is checked again, for it may have become bad since. */
final class ResumableTrust extends PeerTrust implements ResumableX509ExtendedTrustManager {

    /** The kind of key exchange, which TLS 1.3 doesn't tell any more. */
    private static final String ANY = "UNKNOWN";

    ResumableTrust(ReloadingCredentials credentials, Rule rule, Consumer<String> refused) {
        super(credentials, rule, refused);
    }

    @Override
    public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        checkClientTrusted(chain, ANY, engine);
    }

    @Override
    public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, ANY, engine);
    }
}
