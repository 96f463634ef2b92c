/**
 * What the cluster is like now: gossip's members, the control group's placements and the replicas' own words put together, and
 * what each namespace would survive. Pure functions of snapshots; any thread. Start with
 * {@link dev.skein.server.status.ClusterView}; the judgement is in {@link dev.skein.server.status.SurvivalForecast}.
 */
@NullMarked
package dev.skein.server.status;

import org.jspecify.annotations.NullMarked;
