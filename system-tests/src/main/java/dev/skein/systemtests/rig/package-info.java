/**
 * What of a machine can be given to nodes so that it can fail: a disk whose power is cut, that freezes, is slow or answers with errors, a
 * clock, a network of their own. All of it needs root and what the kernel and a few tools offer; {@link dev.skein.systemtests.rig.Need} says
 * what is missing here.
 *
 * <p>Everything that is made is this process's own, named after it, and taken down when its owner is closed, at the latest when the process
 * exits. Nothing else on the machine is touched. Objects are thread-safe where they say so. Start reading with
 * {@link dev.skein.systemtests.rig.Rig}, then {@link dev.skein.systemtests.rig.NodeDisks}.
 */
@NullMarked
package dev.skein.systemtests.rig;

import org.jspecify.annotations.NullMarked;
