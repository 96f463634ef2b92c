package dev.skein.systemtests.launch;

import dev.skein.core.Checks;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a user takes out or restores.
 *
 * @param name a region; a zone written {@code region/zone}; a node
 */
public record PlaceName(Kind kind, String name) {

    /** How much is meant. */
    public enum Kind {
        REGION(NodeRecord::region),
        ZONE(NodeRecord::zonePath),
        NODE(NodeRecord::id);

        private final Function<NodeRecord, String> key;

        Kind(Function<NodeRecord, String> key) {
            this.key = key;
        }

        /** The word that a user writes. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static PlaceName region(String name) {
        return new PlaceName(Kind.REGION, name);
    }

    /** @param name {@code region/zone} */
    public static PlaceName zone(String name) {
        return new PlaceName(Kind.ZONE, name);
    }

    public static PlaceName node(String name) {
        return new PlaceName(Kind.NODE, name);
    }

    /**
     * The nodes meant.
     *
     * @throws IllegalArgumentException naming the known ones when there is no such place
     */
    List<NodeRecord> in(ClusterState state) {
        List<NodeRecord> meant = state.nodes().stream()
                .filter(node -> kind.key.apply(node).equals(name))
                .toList();
        if (meant.isEmpty()) {
            TreeSet<String> known = new TreeSet<>();
            state.nodes().forEach(node -> known.add(kind.key.apply(node)));
            throw new IllegalArgumentException(Checks.text(kind.word(), name, "one of " + String.join(", ", known)));
        }
        return meant;
    }

    @Override
    public String toString() {
        return kind.word() + " " + name;
    }
}
