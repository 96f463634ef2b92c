/**
 * Certificates to try TLS with: an authority of one's own, nodes' and clients' certificates with their keys, all as PEM files. Not
 * for production, where keys are made where they are used and the authority's is kept apart. Start with
 * {@link dev.skein.cli.certificates.CertificateAuthority}. No threads.
 */
@NullMarked
package dev.skein.cli.certificates;

import org.jspecify.annotations.NullMarked;
