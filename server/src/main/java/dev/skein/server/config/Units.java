package dev.skein.server.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations ({@code 250ms}, {@code 7d}) and sizes ({@code 64MiB}) as text and back. */
final class Units {

    static final String DURATION_EXPECTED = "a duration such as 250ms, 10s, 5m, 12h or 7d";
    static final String SIZE_EXPECTED = "a size such as 512B, 256KiB, 64MiB or 2GiB";

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]+)");
    private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Units() {}

    static Optional<Duration> duration(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long millis = millisOf(matcher.group(2));
        return millis == 0
                ? Optional.empty()
                : multiply(matcher.group(1), millis).map(Duration::ofMillis);
    }

    static Optional<Long> size(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (int power = 0; power < SIZE_UNITS.length; power++) {
            if (SIZE_UNITS[power].equals(matcher.group(2))) {
                return multiply(matcher.group(1), 1L << (10 * power));
            }
        }
        return Optional.empty();
    }

    /** The shortest exact way to write a duration. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            if (millis != 0 && millis % millisOf(unit) == 0) {
                return millis / millisOf(unit) + unit;
            }
        }
        return millis + "ms";
    }

    /** The shortest exact way to write a size. */
    static String text(long bytes) {
        int power = 0;
        long amount = bytes;
        while (amount != 0 && amount % 1024 == 0 && power < SIZE_UNITS.length - 1) {
            amount /= 1024;
            power++;
        }
        return amount + SIZE_UNITS[power];
    }

    private static long millisOf(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
    }

    private static Optional<Long> multiply(String amount, long factor) {
        try {
            return Optional.of(Math.multiplyExact(Long.parseLong(amount), factor));
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
    }
}
