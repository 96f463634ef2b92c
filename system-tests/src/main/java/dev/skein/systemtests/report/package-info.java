/**
 * What a drill tells people and programs: gaps measured from a history, a table for the terminal, a JSON file, a picture. Pure functions of a
 * finished run. Start reading with {@link dev.skein.systemtests.report.DrillReport}.
 */
@NullMarked
package dev.skein.systemtests.report;

import org.jspecify.annotations.NullMarked;
