package dev.skein.systemtests.report;

import dev.skein.systemtests.check.Verdict;
import dev.skein.systemtests.drill.DrillPlan;
import java.util.Locale;
import java.util.Map;

/** The report for people. */
public final class VerdictTable {

    private final StringBuilder text = new StringBuilder();

    private VerdictTable() {}

    /** Many lines, the last one the verdict. */
    public static String of(DrillReport report) {
        VerdictTable table = new VerdictTable();
        table.promises(report);
        table.gaps(report);
        table.end(report);
        return table.text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private void promises(DrillReport report) {
        line("");
        for (Verdict verdict : report.verdicts()) {
            line(
                    "%-3s %-12s %9d %-36s %s",
                    verdict.promise().guarantee(),
                    verdict.word(),
                    verdict.checked(),
                    verdict.unit(),
                    verdict.promise().text());
            verdict.examples().forEach(example -> line("      - %s", example));
            long more = verdict.violations() - verdict.examples().size();
            if (more > 0) {
                line("      - and %d more", more);
            }
        }
        report.run().problems().stream().limit(10).forEach(problem -> line("      ! %s", problem));
        report.run().failures().forEach((reason, count) -> line("      publishes that ended as %s: %d", reason, count));
    }

    private void gaps(DrillReport report) {
        Gaps gaps = report.gaps();
        line("");
        line(
                "longest standstill in an outage, on channels led in the lost region (ms)    p50     p99     max  samples");
        spreads("publishing from", gaps.publish());
        spreads("delivery to", gaps.delivery());
        spread("publishing from surviving regions", gaps.survivingPublish());
        spread("publishing from the lost region's clients", gaps.lostPublish());
        spread("publishing on channels led elsewhere", gaps.elsewhere());
        spread("publishing while the region comes back", gaps.comingBack());
        spread("clients of the lost region attached again after", gaps.reattach());
        report.run()
                .followerLagMillis()
                .forEach((region, samples) ->
                        spread("sparse delivery in " + region + " behind ack + one-way delay", Spread.of(samples)));
    }

    private void spreads(String what, Map<String, Spread> spreads) {
        spreads.forEach((region, spread) -> spread(what + " " + region, spread));
    }

    private void spread(String what, Spread spread) {
        if (spread.count() > 0) {
            line("  %-66s %10.0f %7.0f %7.0f %8d", what, spread.p50(), spread.p99(), spread.max(), spread.count());
        }
    }

    private void end(DrillReport report) {
        DrillPlan plan = report.run().plan();
        line("");
        line(
                "%d acknowledged, %d delivered; %d open outcomes resolved by a retry; %d round%s of %s, wan %s, seed %d",
                report.acknowledged(),
                report.deliveries(),
                report.unknownResolved(),
                plan.rounds(),
                plan.rounds() == 1 ? "" : "s",
                plan.mode().word(),
                plan.wan(),
                plan.seed());
        Map<String, Object> json = report.toJson();
        line(
                "%s: lost %s, duplicated %s, reordered %s, gaps %s",
                report.isClean() ? "EVERY PROMISE WAS KEPT" : "A PROMISE BROKE",
                json.get("lost"),
                json.get("duplicated"),
                json.get("reordered"),
                json.get("gaps"));
    }
}
