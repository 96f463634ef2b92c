package dev.skein.systemtests.report;

import dev.skein.systemtests.check.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines of a report for people. */
public final class Lines {

    private static final int PROBLEMS_MAX = 10;

    private final StringBuilder text = new StringBuilder();

    /** Adds one. */
    public void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** Adds what became of each promise, and why. */
    public void verdicts(List<Verdict> verdicts, List<String> problems, Map<String, Long> failures) {
        line("");
        for (Verdict verdict : verdicts) {
            line(
                    "%-3s %-4s %-12s %9d %-38s %s",
                    verdict.promise().guarantee(),
                    verdict.promise().rule(),
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
        problems.stream().limit(PROBLEMS_MAX).forEach(problem -> line("      ! %s", problem));
        failures.forEach((reason, count) -> line("      publishes that ended as %s: %d", reason, count));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
