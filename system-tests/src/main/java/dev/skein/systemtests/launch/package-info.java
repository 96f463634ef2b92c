/**
 * A cluster of real processes on this machine: starting, watching, hurting, restoring and stopping it. The scripts and the system
 * tests use the same classes. What runs is written in a state file in the cluster's data directory, so that one command can
 * start a cluster and another take a region out; every change of that file happens under a file lock, and no thread of this
 * package outlives a call.
 *
 * <p>Start reading with {@link dev.skein.systemtests.launch.LocalCluster}.
 */
@NullMarked
package dev.skein.systemtests.launch;

import org.jspecify.annotations.NullMarked;
