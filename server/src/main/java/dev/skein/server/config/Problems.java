package dev.skein.server.config;

import dev.skein.core.Checks;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that one run tells all of it. */
final class Problems {

    private static final int LINES_MAX = 50;

    private final List<String> lines = new ArrayList<>();
    private int notShown;

    void add(String name, Object value, String expected) {
        add(Checks.text(name, value, expected));
    }

    void add(String line) {
        if (lines.size() < LINES_MAX) {
            lines.add(line);
        } else {
            notShown++;
        }
    }

    /** Refuses the configuration if anything was added. */
    void refuseIfAny() {
        if (lines.isEmpty()) {
            return;
        }
        List<String> all = new ArrayList<>(lines);
        if (notShown > 0) {
            all.add("and " + notShown + " more");
        }
        throw new ConfigException(all);
    }
}
