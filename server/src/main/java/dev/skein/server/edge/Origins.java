package dev.skein.server.edge;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which web pages may connect. Clients that are no browsers name none and aren't asked. */
final class Origins {

    private final List<Pattern> allowed;

    /**
     * Origins by patterns.
     *
     * @param patterns such as {@code https://*.example.com}; {@code *} stands for any characters
     */
    Origins(List<String> patterns) {
        allowed = patterns.stream().map(Origins::pattern).toList();
    }

    boolean allow(@Nullable String origin) {
        return origin == null
                || allowed.stream().anyMatch(pattern -> pattern.matcher(origin.toLowerCase(Locale.ROOT))
                        .matches());
    }

    private static Pattern pattern(String text) {
        StringBuilder regex = new StringBuilder();
        for (String part : text.toLowerCase(Locale.ROOT).split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(regex.toString());
    }
}
