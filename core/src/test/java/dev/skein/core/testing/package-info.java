/**
 * What tests of several modules share: other modules' tests have this module's test jar on their class path. {@link
 * dev.skein.core.testing.Schedules}, {@link dev.skein.core.testing.VirtualTime}, {@link dev.skein.core.testing.Pipe} and {@link
 * dev.skein.core.testing.History} are for simulations, whose one thread owns everything; {@link
 * dev.skein.core.testing.Eventually} is for tests with threads, {@link dev.skein.core.testing.OtherJvm} for what would change a whole process.
 * Nothing here knows another module.
 */
@NullMarked
package dev.skein.core.testing;

import org.jspecify.annotations.NullMarked;
