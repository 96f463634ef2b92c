/**
 * Operating a cluster from Java: namespaces, status, draining, and a replica's own history. Start with {@link dev.skein.client.admin.Admin}.
 * Values only; the calls run on the client's threads.
 */
@NullMarked
package dev.skein.client.admin;

import org.jspecify.annotations.NullMarked;
