package dev.skein.core.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a process's credentials are, all PEM.
 *
 * @param certificate its certificate, followed by those that lead to a trusted one
 * @param key the certificate's private key, PKCS #8, not encrypted
 * @param trust certificates of the authorities whose certificates are believed; null: nobody's are asked for
 */
public record CredentialFiles(Path certificate, Path key, @Nullable Path trust) {}
