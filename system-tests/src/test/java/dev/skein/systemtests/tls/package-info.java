/**
 * Transport security, with nodes of this JVM: a cluster over TLS works and takes new certificates while it runs; whoever has the
 * wrong certificate gets nowhere. Start with {@code TlsClusterIT}, then {@code WrongIdentityIT}.
 */
@NullMarked
package dev.skein.systemtests.tls;

import org.jspecify.annotations.NullMarked;
