package dev.skein.systemtests.wan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** Every path by its two places, and the cuts that silence them. Paths are made on first use. Owned by the emulator's loop. */
final class PathGrid {

    private final WanPlan plan;
    private final LongSupplier clock;
    private final Map<Place, Map<Place, Path>> paths = new HashMap<>();
    private final Set<Cut> cuts = new LinkedHashSet<>();

    PathGrid(WanPlan plan, LongSupplier clock) {
        this.plan = plan;
        this.clock = clock;
    }

    Path path(Place from, Place to) {
        return paths.computeIfAbsent(from, key -> new HashMap<>()).computeIfAbsent(to, key -> newPath(from, to));
    }

    private Path newPath(Place from, Place to) {
        long seed = plan.seed() * 31 + from.name().hashCode() * 17L + to.name().hashCode();
        Path path = new Path(from, to, plan.between(from, to), new Random(seed));
        path.setCut(covered(path), clock.getAsLong());
        return path;
    }

    /** Makes every path between the places, so that settings can be changed before the first connection. */
    void cover(Iterable<Place> places) {
        for (Place from : places) {
            for (Place to : places) {
                if (!from.equals(to)) {
                    path(from, to);
                }
            }
        }
    }

    void cut(Cut cut) {
        cuts.add(cut);
        refresh();
    }

    /** @return whether there was such a rule */
    boolean heal(Cut cut) {
        boolean known = cuts.remove(cut);
        refresh();
        return known;
    }

    int healAll() {
        int rules = cuts.size();
        cuts.clear();
        refresh();
        return rules;
    }

    /** @return the number of paths changed */
    int change(Cut where, UnaryOperator<PathSettings> change) {
        int changed = 0;
        for (Path path : all()) {
            if (where.covers(path.from(), path.to())) {
                path.setSettings(change.apply(path.settings()));
                changed++;
            }
        }
        return changed;
    }

    /** Gives paths the profile's settings back; answers how many. */
    int reset(Cut where) {
        int changed = 0;
        for (Path path : all()) {
            if (where.covers(path.from(), path.to())) {
                path.setSettings(plan.between(path.from(), path.to()));
                changed++;
            }
        }
        return changed;
    }

    List<Cut> cuts() {
        return List.copyOf(cuts);
    }

    List<PathReport> reports() {
        return all().stream().map(Path::report).toList();
    }

    private void refresh() {
        long now = clock.getAsLong();
        all().forEach(path -> path.setCut(covered(path), now));
    }

    private boolean covered(Path path) {
        return cuts.stream().anyMatch(cut -> cut.covers(path.from(), path.to()));
    }

    private List<Path> all() {
        List<Path> all = new ArrayList<>();
        paths.values().forEach(row -> all.addAll(row.values()));
        return all;
    }
}
