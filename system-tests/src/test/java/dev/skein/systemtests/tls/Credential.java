package dev.skein.systemtests.tls;

import dev.skein.cli.certificates.CertifiedKey;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How somebody shows up at a port.
 *
 * @param name for messages
 * @param certified what is presented, asked for or not; empty: nothing
 * @param version TLS version; empty: plain text
 */
record Credential(String name, Optional<CertifiedKey> certified, String version) {

    static Credential of(String name, CertifiedKey certified) {
        return new Credential(name, Optional.of(certified), "TLSv1.3");
    }

    static Credential none() {
        return new Credential("no certificate", Optional.empty(), "TLSv1.3");
    }

    static Credential plaintext() {
        return new Credential("plaintext", Optional.empty(), "");
    }

    Credential with(String otherName, String otherVersion) {
        return new Credential(otherName, certified, otherVersion);
    }

    boolean isPlaintext() {
        return version.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }

    /** For gRPC, believing everybody: what is tested is whether the other end does. */
    SslContext clientContext() throws IOException, GeneralSecurityException {
        SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .protocols(version)
                .trustManager(new Believer());
        if (certified.isPresent()) {
            builder.keyManager(new Presenter(certified.get()));
        }
        return builder.build();
    }

    /** For a bare server. */
    SSLContext serverContext() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new Presenter[] {new Presenter(certified.orElseThrow())}, new TrustManager[] {new Believer()}, null);
        return context;
    }

    /** Presents its certificate whatever the other end asks for. */
    private static final class Presenter extends X509ExtendedKeyManager {

        private static final String ALIAS = "only";

        private final X509Certificate certificate;
        private final PrivateKey key;

        Presenter(CertifiedKey certified) throws GeneralSecurityException {
            byte[] pem = certified.certificate().getBytes(StandardCharsets.US_ASCII);
            certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
            byte[] encoded = Base64.getMimeDecoder().decode(certified.key().replaceAll("-----[A-Z ]+-----", ""));
            key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, java.net.Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, java.net.Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /** Believes everybody. */
    private static final class Believer extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
