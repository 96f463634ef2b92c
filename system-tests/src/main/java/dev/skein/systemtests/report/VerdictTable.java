package dev.skein.systemtests.report;

import dev.skein.systemtests.drill.DrillPlan;
import java.util.Map;

/** The report for people. */
public final class VerdictTable {

    private final Lines lines = new Lines();

    private VerdictTable() {}

    /** Many lines, the last one the verdict. */
    public static String of(DrillReport report) {
        VerdictTable table = new VerdictTable();
        table.lines.verdicts(
                report.verdicts(), report.run().problems(), report.run().failures());
        table.gaps(report);
        table.end(report);
        return table.lines.toString();
    }

    private void line(String format, Object... arguments) {
        lines.line(format, arguments);
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
