/**
 * Everything a user or an operator can get wrong, done to real processes: the answer must name the thing, the value and what was
 * expected, and nobody else may notice. Each test's thread owns its processes; a {@link dev.skein.systemtests.badinput.Bystander} runs
 * on threads of its own. Start reading with {@link dev.skein.systemtests.badinput.BadNodeSystemTest}.
 */
@NullMarked
package dev.skein.systemtests.badinput;

import org.jspecify.annotations.NullMarked;
