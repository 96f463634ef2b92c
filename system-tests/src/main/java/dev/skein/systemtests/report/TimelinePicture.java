package dev.skein.systemtests.report;

import dev.skein.systemtests.drill.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A drill as an SVG: outages are shaded, darker until receipts came again. */
public final class TimelinePicture {

    private static final String LOST = "#f4b8b0";
    private static final String SILENT = "#d7564a";
    private static final String BACK = "#f6e7b4";

    private TimelinePicture() {}

    /** Writes the picture. */
    public static void write(DrillReport report, Path file) throws IOException {
        var plan = report.run().plan();
        Timeline timeline = new Timeline(
                String.format(
                        Locale.ROOT,
                        "Skein drill: %s, wan %s, %d round(s): %s",
                        plan.mode().word(),
                        plan.wan(),
                        plan.rounds(),
                        report.isClean() ? "every promise kept" : "A PROMISE BROKE"),
                plan.regions(),
                report.run().history(),
                report.run().startNanos(),
                report.run().endNanos());
        timeline.legend(600, LOST, "region lost");
        timeline.legend(710, SILENT, "until receipts come again");
        timeline.legend(920, BACK, "coming back");
        for (String region : plan.regions()) {
            shade(report, region, timeline);
            timeline.caption(region, caption(report.gaps(), region));
        }
        timeline.write(file);
    }

    private static void shade(DrillReport report, String region, Timeline timeline) {
        List<Round> rounds = report.run().rounds();
        for (int i = 0; i < rounds.size(); i++) {
            Round round = rounds.get(i);
            boolean here = round.victim().equals(region);
            timeline.band(region, round.startNanos(), round.endNanos(), LOST, here ? 0.9 : 0.35);
            timeline.band(
                    region, round.startNanos(), report.gaps().resumedNanos().get(i), SILENT, 0.55);
            timeline.band(region, round.endNanos(), round.wholeNanos(), BACK, here ? 0.9 : 0.4);
        }
    }

    private static String caption(Gaps gaps, String region) {
        return "longest standstill on channels led in the lost region: publishing "
                + text(gaps.publish().get(region)) + ", delivery "
                + text(gaps.delivery().get(region));
    }

    private static String text(@Nullable Spread spread) {
        return spread == null || spread.count() == 0
                ? "not measured"
                : String.format(
                        Locale.ROOT, "p50 %.0f, p99 %.0f, max %.0f ms", spread.p50(), spread.p99(), spread.max());
    }
}
