/**
 * Who may do what. {@link dev.skein.server.access.AccessControl} knows the keys and judges credentials, for gRPC and any other
 * front; {@link dev.skein.server.access.Caller} is one stream's or call's view of it, owned by that stream's loop;
 * {@link dev.skein.server.access.AccessGuard} stands before the services of the client port. Without the configuration's
 * {@code node.access} nothing of this exists and nobody is asked. Start with AccessControl.
 */
@NullMarked
package dev.skein.server.access;

import org.jspecify.annotations.NullMarked;
