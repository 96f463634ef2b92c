/**
 * Routing decisions: from what gossip believes to an ordered answer for one client. {@link dev.skein.router.routes.RouteView}
 * is an immutable picture of the cluster that the router's thread makes; {@link dev.skein.router.routes.Ranking} turns it and
 * a request into a route table, on any thread; {@link dev.skein.router.routes.RouteWatches} follows answers over time and
 * belongs to the router's thread.
 */
@NullMarked
package dev.skein.router.routes;

import org.jspecify.annotations.NullMarked;
