package dev.skein.systemtests.wan;

/**
 * A rule that silences paths: bytes stop, nobody is told. {@code *} on one side means everything outside the other side, so that
 * {@code us -> *} leaves the paths within us alone.
 *
 * @param both also the other direction
 */
public record Cut(String from, String to, boolean both) {

    /** Everything between what is selected and the rest. */
    public static Cut off(String selector) {
        return new Cut(selector, "*", true);
    }

    boolean covers(Place source, Place destination) {
        return oneWay(source, destination) || both && oneWay(destination, source);
    }

    private boolean oneWay(Place source, Place destination) {
        if (source.equals(destination)) {
            return false;
        }
        return side(from, to, source) && side(to, from, destination);
    }

    private static boolean side(String selector, String other, Place place) {
        if (selector.equals("*")) {
            return other.equals("*") || !place.matches(other);
        }
        return place.matches(selector);
    }
}
