/**
 * The client's inside; not API. {@link dev.skein.client.internal.RunningClient} is the composition root: it joins the decisions in
 * {@code core} with the calls in {@code grpc}.
 *
 * <p>Threads of one client: one event loop, on which the connections and all state ({@link dev.skein.client.internal.ClientLoop}) live and
 * which never blocks; two callback threads run listeners and complete futures, unless the application brings an executor.
 */
@NullMarked
package dev.skein.client.internal;

import org.jspecify.annotations.NullMarked;
