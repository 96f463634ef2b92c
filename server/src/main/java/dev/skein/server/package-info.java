/**
 * The process: reads the configuration, puts the parts together, opens the ports, and stops in order. Start with
 * {@link dev.skein.server.SkeinServer}, which reads top to bottom.
 *
 * <p>Threads owned here: the event loops ({@code skein-io}, count from the configuration, never block), the service threads
 * ({@code skein-grpc}, 4, run gRPC handlers, may block briefly), the house thread ({@code skein-house}, 1, clock watch,
 * bootstrap, gauges), and at most 2 {@code skein-admin} threads for dumps, which may block on a slow reader.
 */
@NullMarked
package dev.skein.server;

import org.jspecify.annotations.NullMarked;
