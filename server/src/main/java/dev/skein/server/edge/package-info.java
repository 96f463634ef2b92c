/**
 * The gateway for browsers and phones: speaks the client protocol of published SDKs over WebSocket, on a port of its own.
 *
 * <p>{@link dev.skein.server.edge.EdgePort} takes connections on the node's event loops; a transport turns bytes into frames, a
 * {@link dev.skein.server.edge.Codec} frames into commands, and an {@link dev.skein.server.edge.EdgeSession}, owned by the connection's loop,
 * does what they ask. Messages come from the same tails as those of gRPC sessions and are encoded once per codec for all connections
 * ({@link dev.skein.server.edge.Pushes}). Start with EdgeSession.
 */
@NullMarked
package dev.skein.server.edge;

import org.jspecify.annotations.NullMarked;
