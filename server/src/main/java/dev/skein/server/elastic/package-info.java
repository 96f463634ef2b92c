/**
 * How many sessions a node sends away, and where: decisions from what gossip tells, without any I/O. Start with {@link
 * dev.skein.server.elastic.ShedPlanner}. One thread owns a planner; it has no clock of its own.
 */
@NullMarked
package dev.skein.server.elastic;

import org.jspecify.annotations.NullMarked;
