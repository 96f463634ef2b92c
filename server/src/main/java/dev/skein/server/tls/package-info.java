/**
 * How a node's connections are protected: TLS 1.3 on both ports, on the peer port with certificates on both ends, and what a
 * certificate allows its holder to say. {@link dev.skein.server.tls.NodeTransport} is what ports and connections are made with;
 * {@link dev.skein.server.tls.PeerRules} says who may be at the other end, {@link dev.skein.server.tls.PeerRpcs} what he may say.
 *
 * <p>Checks run on the event loops and on gRPC's threads and only read; the files are read on a thread of their own.
 */
@NullMarked
package dev.skein.server.tls;

import org.jspecify.annotations.NullMarked;
