/**
 * Who is at the other end of a connection, and how this end proves who it is: certificates, private keys and trust from PEM files,
 * read again when the files change. JDK only. {@link dev.skein.core.tls.ReloadingCredentials} is safe for any thread; everything
 * else is immutable. Start with {@link dev.skein.core.tls.PeerIdentity}, then {@link dev.skein.core.tls.ReloadingCredentials}.
 */
@NullMarked
package dev.skein.core.tls;

import org.jspecify.annotations.NullMarked;
