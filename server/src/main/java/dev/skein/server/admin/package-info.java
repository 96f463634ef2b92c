/**
 * Operating the cluster: the Admin service, and the way of a change to the control group's leader wherever it is. Handlers run on
 * the service threads and never wait there, except dumps, which have threads of their own. Start with
 * {@link dev.skein.server.admin.AdminService} and {@link dev.skein.server.admin.ControlPlane}.
 */
@NullMarked
package dev.skein.server.admin;

import org.jspecify.annotations.NullMarked;
