package dev.skein.systemtests.faults;

import dev.skein.systemtests.report.Timeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The run as an SVG: receipts and deliveries of each region, and below them each fault as a bar. */
final class FaultPicture {

    private static final Map<FaultKind.Family, String> COLOURS = Map.of(
            FaultKind.Family.PROCESS, "#d7564a",
            FaultKind.Family.NETWORK, "#e8a33d",
            FaultKind.Family.CONTROL, "#7a6fb0",
            FaultKind.Family.CLIENT, "#4f9da6",
            FaultKind.Family.STORAGE, "#6b4226");

    private FaultPicture() {}

    static void write(FaultReport report, Path file) throws IOException {
        FaultRun run = report.run();
        Timeline timeline = new Timeline(
                "Skein under faults: " + run.plan().scenarioNames() + ", wan "
                        + run.plan().wan() + ", seed " + run.plan().seed() + ": "
                        + (report.isClean() ? "every promise kept" : "A PROMISE BROKE"),
                run.plan().regions(),
                run.history(),
                run.startNanos(),
                run.endNanos());
        run.troubles().forEach(trouble -> run.plan()
                .regions()
                .forEach(
                        region -> timeline.band(region, trouble.beginNanos(), trouble.healedNanos(), "#f4b8b0", 0.35)));
        run.plan()
                .regions()
                .forEach(region -> timeline.caption(region, "shaded: from a round's first fault to its healing"));
        run.episodes()
                .forEach(episode -> timeline.bar(
                        episode.text(),
                        episode.beginNanos(),
                        episode.endNanos(),
                        COLOURS.getOrDefault(episode.kind().family(), "#888")));
        timeline.write(file);
    }
}
