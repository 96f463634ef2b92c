package dev.skein.server.edge;

/** Patterns in which {@code *} stands for any characters and {@code ?} for one. */
final class Wildcards {

    private Wildcards() {}

    /**
     * Whether a text fits, in time that grows with the product of both lengths at most.
     *
     * @param pattern empty: everything fits
     */
    static boolean fit(String pattern, String text) {
        if (pattern.isEmpty()) {
            return true;
        }
        int at = 0;
        int in = 0;
        int star = -1;
        int starAt = 0;
        while (at < text.length()) {
            char wanted = in < pattern.length() ? pattern.charAt(in) : 0;
            if (in < pattern.length() && wanted == '*') {
                star = in++;
                starAt = at;
            } else if (in < pattern.length() && (wanted == '?' || wanted == text.charAt(at))) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}
