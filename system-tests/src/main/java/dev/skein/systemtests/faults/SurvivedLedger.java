package dev.skein.systemtests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A Markdown file that adds up clean runs: a row a run, and above the rows what they come to. The rows are the truth; the sums are made anew
 * each time.
 */
final class SurvivedLedger {

    private static final String HEAD =
            "| date | scenarios | seed | wan | nodes | seconds | rounds | overlapping | faults |"
                    + " operations | longest gap ms |";
    private static final String RULE = "|---|---|---|---|---|---|---|---|---|---|---|";
    private static final int COLUMNS = 11;
    private static final int SECONDS = 5;
    private static final int ROUNDS = 6;
    private static final int OVERLAPPING = 7;
    private static final int FAULTS = 8;
    private static final int OPERATIONS = 9;
    private static final int GAP = 10;

    private SurvivedLedger() {}

    /** Adds a run. */
    static void add(FaultReport report, Path file) throws IOException {
        List<String> rows = new ArrayList<>(rows(file));
        rows.add(row(report));
        Files.writeString(file, text(rows));
    }

    static String row(FaultReport report) {
        FaultRun run = report.run();
        FaultPlan plan = run.plan();
        long overlapping = run.rounds().stream().filter(PlannedRound::overlaps).count();
        return "| "
                + String.join(
                        " | ",
                        LocalDate.now(ZoneOffset.UTC).toString(),
                        plan.scenarioNames(),
                        Long.toString(plan.seed()),
                        plan.wan(),
                        Integer.toString(plan.regions().size() * plan.zones()),
                        Long.toString(run.seconds()),
                        Integer.toString(run.rounds().size()),
                        Long.toString(overlapping),
                        words(report.faults()),
                        Long.toString(report.operations()),
                        Long.toString(report.longestSurvivedMillis()))
                + " |";
    }

    private static List<String> rows(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("| 2") && cells(line).size() == COLUMNS)
                .toList();
    }

    static String text(List<String> rows) {
        Map<String, Integer> faults = new TreeMap<>();
        long seconds = 0;
        long rounds = 0;
        long overlapping = 0;
        long operations = 0;
        long gap = 0;
        for (String row : rows) {
            List<String> cells = cells(row);
            seconds += Long.parseLong(cells.get(SECONDS));
            rounds += Long.parseLong(cells.get(ROUNDS));
            overlapping += Long.parseLong(cells.get(OVERLAPPING));
            operations += Long.parseLong(cells.get(OPERATIONS));
            gap = Math.max(gap, Long.parseLong(cells.get(GAP)));
            addWords(cells.get(FAULTS), faults);
        }
        int all = faults.values().stream().mapToInt(Integer::intValue).sum();
        return "# What has been survived\n\n"
                + "Runs of `scripts/faults` in which every promise was kept; `--ledger docs/fault-ledger.md` adds one. The longest gap"
                + " is between two\nreceipts, or deliveries, on a channel in a round that publishing has to survive.\n\n"
                + "| | |\n|---|---|\n"
                + "| runs | " + rows.size() + " |\n"
                + "| minutes of traffic | " + seconds / 60 + " |\n"
                + "| rounds, of them with faults at the same time | " + rounds + ", " + overlapping + " |\n"
                + "| faults | " + all + " |\n"
                + "| operations checked | " + operations + " |\n"
                + "| longest gap, ms | " + gap + " |\n"
                + "| by kind | " + words(faults) + " |\n\n"
                + HEAD + "\n" + RULE + "\n" + String.join("\n", rows) + "\n";
    }

    private static List<String> cells(String row) {
        String inner = row.strip();
        return List.of(inner.substring(1, inner.length() - 1).split("\\|")).stream()
                .map(String::strip)
                .toList();
    }

    private static String words(Map<String, Integer> faults) {
        return faults.entrySet().stream()
                .map(fault -> fault.getKey() + " " + fault.getValue())
                .collect(Collectors.joining(", "));
    }

    private static void addWords(String words, Map<String, Integer> faults) {
        for (String word : words.split(", ")) {
            String[] parts = word.split(" ");
            if (parts.length == 2) {
                faults.merge(parts[0], Integer.parseInt(parts[1]), Integer::sum);
            }
        }
    }
}
