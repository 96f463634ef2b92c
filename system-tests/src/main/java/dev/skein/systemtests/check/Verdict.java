package dev.skein.systemtests.check;

import java.util.List;

/**
 * What became of a promise.
 *
 * @param promise which
 * @param checked how many things were looked at
 * @param unit what those things are
 * @param violations how many broke the promise
 * @param examples the first few, for people
 */
public record Verdict(Promise promise, long checked, String unit, long violations, List<String> examples) {

    public Verdict {
        examples = List.copyOf(examples);
    }

    /** A promise that nothing was held against is not kept: the run has proved nothing. */
    public boolean isKept() {
        return violations == 0 && checked > 0;
    }

    /** One word for people. */
    public String word() {
        return isKept() ? "kept" : violations > 0 ? "BROKEN" : "NOT CHECKED";
    }
}
