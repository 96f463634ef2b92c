package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Damage;
import dev.skein.systemtests.check.Promise;
import dev.skein.systemtests.check.Trouble;
import dev.skein.systemtests.report.Lines;

/** The report for people. */
final class FaultTable {

    private final Lines lines = new Lines();

    private FaultTable() {}

    /** Many lines, the last one the verdict. */
    static String of(FaultReport report) {
        FaultTable table = new FaultTable();
        table.rounds(report);
        table.lines.verdicts(
                report.verdicts(), report.run().problems(), report.run().failures());
        table.end(report);
        return table.lines.toString();
    }

    private void line(String format, Object... arguments) {
        lines.line(format, arguments);
    }

    private void rounds(FaultReport report) {
        line("");
        line("%-78s %8s %14s", "round", "seconds", "standstill ms");
        for (Trouble trouble : report.run().troubles()) {
            line(
                    "%-78s %8.1f %14d%s",
                    trouble.name(),
                    (trouble.healedNanos() - trouble.beginNanos()) / 1e9,
                    report.longestMillis(trouble),
                    trouble.survivable() ? "" : "  (need not go on)");
        }
        report.run().powerBacks().forEach(back -> back.lines().forEach(each -> line("%s", each)));
        for (Damage damage : report.run().damages()) {
            line(
                    "damage: %s, %s: %s",
                    damage.node(), damage.what(), damage.refusal().orElse("taken, and served"));
        }
    }

    private void end(FaultReport report) {
        FaultRun run = report.run();
        line("");
        line("faults: %s", report.faults());
        line(
                "%d rounds, %.0f %% of them with faults at the same time; longest standstill %d ms, %d ms where"
                        + " publishing has to go on",
                run.rounds().size(),
                report.overlapping() * 100,
                report.longestMillis(),
                report.longestSurvivedMillis());
        line(
                "%d published, %d acknowledged, %d operations checked in %d s",
                run.history().publishCount(), report.acknowledged(), report.operations(), run.seconds());
        line("again: %s", report.replay());
        line(
                "%s: lost %d, duplicated %d, reordered %d",
                report.isClean() ? "EVERY PROMISE WAS KEPT" : "A PROMISE BROKE",
                report.violations(Promise.ACKED_NOT_LOST),
                report.violations(Promise.AT_MOST_ONCE),
                report.violations(
                        Promise.ONE_ORDER, Promise.REAL_TIME_ORDER, Promise.PUBLISHER_ORDER, Promise.SUBSCRIBER_ORDER));
    }
}
