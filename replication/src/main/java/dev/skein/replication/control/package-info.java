/**
 * The control group: nodes, namespaces and where their shards are. {@link dev.skein.replication.control.ControlMachine} is the
 * deterministic state, called on the group's apply thread; {@link dev.skein.replication.control.Placement} the pure rule that
 * places shards; {@link dev.skein.replication.control.ClusterJoin} what a starting node asks the others.
 */
@NullMarked
package dev.skein.replication.control;

import org.jspecify.annotations.NullMarked;
