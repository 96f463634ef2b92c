package dev.skein.core;

import java.util.regex.Pattern;

/**
 * Name of a node, unique in its cluster and stable over restarts.
 *
 * @param value 1 to 63 lower-case letters, digits and hyphens, starting with a letter
 */
public record NodeId(String value) implements Comparable<NodeId> {

    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    public NodeId {
        Checks.check(
                VALID.matcher(value).matches(),
                "node",
                value,
                "1 to 63 lower-case letters, digits or '-', starting with a letter");
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
