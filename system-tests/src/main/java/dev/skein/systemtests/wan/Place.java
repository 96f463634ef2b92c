package dev.skein.systemtests.wan;

import dev.skein.core.Checks;
import java.util.List;
import java.util.Objects;

/**
 * One end of emulated paths.
 *
 * @param name unique, without spaces; clients of a region are called {@code clients/REGION}
 * @param addresses {@code host:port} as others dial it; empty for a place that only dials
 * @param proxyPort where the place's own process finds its way out; 0 picks a free port
 */
public record Place(String name, PlaceKind kind, String region, String zone, List<String> addresses, int proxyPort) {

    public Place {
        Objects.requireNonNull(name, "place.name");
        Objects.requireNonNull(kind, "place.kind");
        Objects.requireNonNull(region, "place.region");
        Objects.requireNonNull(zone, "place.zone");
        Checks.check(!name.isBlank() && !name.equals("*"), "place.name", name, "a name");
        Checks.check(proxyPort >= 0 && proxyPort < 65_536, "place.proxyPort", proxyPort, "0 to 65535");
        addresses = List.copyOf(addresses);
    }

    /** The place from which a region's clients dial. */
    public static Place clients(String region, int proxyPort) {
        return new Place("clients/" + region, PlaceKind.CLIENT, region, "", List.of(), proxyPort);
    }

    /** Whether the name, the zone written {@code region/zone}, or the region of this place is meant. */
    boolean matches(String selector) {
        if (name.equals(selector)) {
            return true;
        }
        return kind != PlaceKind.CLIENT && (region.equals(selector) || (region + "/" + zone).equals(selector));
    }
}
