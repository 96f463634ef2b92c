/**
 * What a node makes of a sick disk: one that stands still, or is nearly full. {@link dev.skein.replication.disk.DiskWatch} looks at it,
 * judges it with {@link dev.skein.replication.disk.StallJudge} and {@link dev.skein.replication.disk.SpaceJudge}, and is asked as
 * {@link dev.skein.replication.disk.DiskFitness} by everything that would need the disk. Start with the latter.
 *
 * <p>Threads: {@code skein-<node>-disk} judges and never waits for the disk; {@code skein-<node>-giveup}, there only while leaderships are
 * given up, may wait for Raft locks; {@code disk-probe} of the node log's package waits for the disk.
 */
@NullMarked
package dev.skein.replication.disk;

import org.jspecify.annotations.NullMarked;
