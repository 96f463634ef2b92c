package dev.skein.core.tls;

import java.util.regex.Pattern;

/** Addresses that only processes of the same machine can reach: the only ones for plain text. */
public final class Loopback {

    private static final Pattern LITERAL =
            Pattern.compile("::1|\\[::1]|127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

    private Loopback() {}

    /** Whether it is a loopback address, written as such. Names aren't: who knows what they stand for. */
    public static boolean isLoopback(String host) {
        return LITERAL.matcher(host).matches();
    }
}
