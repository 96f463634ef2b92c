package dev.skein.systemtests.wan;

import dev.skein.core.Checks;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every place, by name and by address. Owned by the emulator's loop. */
final class Places {

    /** More would be a mistake in the plan. Reached: the place is refused. */
    static final int PLACES_MAX = 512;

    private final Map<String, Place> byName = new LinkedHashMap<>();
    private final Map<String, Place> byAddress = new HashMap<>();

    void add(Place place) {
        Checks.check(byName.size() < PLACES_MAX, "places", byName.size() + 1, "at most " + PLACES_MAX);
        Checks.check(!byName.containsKey(place.name()), "place.name", place.name(), "a name that is not taken");
        for (String address : place.addresses()) {
            Checks.check(!byAddress.containsKey(address), "place.addresses", address, "an address that is not taken");
        }
        byName.put(place.name(), place);
        place.addresses().forEach(address -> byAddress.put(address, place));
    }

    Collection<Place> all() {
        return byName.values();
    }

    /** The place that answers at {@code host:port}. */
    @Nullable
    Place at(String address) {
        return byAddress.get(address);
    }

    /** Refuses a selector that means no place. */
    void checkKnown(String field, String selector) {
        boolean known = selector.equals("*") || byName.values().stream().anyMatch(place -> place.matches(selector));
        Checks.check(known, field, selector, "one of " + String.join(", ", selectors()));
    }

    /** Everything that may be named in a cut. */
    Set<String> selectors() {
        Set<String> known = new TreeSet<>();
        known.add("*");
        for (Place place : byName.values()) {
            known.add(place.name());
            if (place.kind() != PlaceKind.CLIENT) {
                known.add(place.region());
                known.add(place.region() + "/" + place.zone());
            }
        }
        return known;
    }
}
