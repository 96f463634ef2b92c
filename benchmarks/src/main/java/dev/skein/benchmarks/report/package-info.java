/**
 * What a run tells people and programs: rows with figures, medians, ratios, a table, a JSON file, a chart. Pure functions of rows. Start reading with
 * {@link dev.skein.benchmarks.report.Row}.
 */
@NullMarked
package dev.skein.benchmarks.report;

import org.jspecify.annotations.NullMarked;
