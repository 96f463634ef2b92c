package dev.skein.systemtests.check;

import java.util.ArrayList;
import java.util.List;

/** Counts while a checker looks, and keeps the first few counterexamples. */
final class Finding {

    private static final int EXAMPLES_MAX = 5;

    private final Promise promise;
    private final String unit;
    private final List<String> examples = new ArrayList<>();
    private long checked;
    private long violations;

    Finding(Promise promise, String unit) {
        this.promise = promise;
        this.unit = unit;
    }

    /** One more thing was looked at. */
    void looked() {
        checked++;
    }

    void broken(String format, Object... arguments) {
        violations++;
        if (examples.size() < EXAMPLES_MAX) {
            examples.add(String.format(format, arguments));
        }
    }

    Verdict verdict() {
        return new Verdict(promise, checked, unit, violations, examples);
    }
}
