/**
 * The client's calls to nodes: session streams, requests with retries, watching routes, operating the cluster. Callbacks of the transport only
 * hand over to the client's loop. Start with {@link dev.skein.client.internal.grpc.SessionStream}.
 */
@NullMarked
package dev.skein.client.internal.grpc;

import org.jspecify.annotations.NullMarked;
