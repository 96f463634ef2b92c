package dev.skein.systemtests.wan;

import dev.skein.core.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measured distances between real regions, to choose by one word. */
public enum WanProfile {
    /** No delay at all. */
    NONE(0, 0, 0, 0),
    /** Three European regions. */
    CLOSE(13, 31, 25, 500_000),
    /** US east, US west, Europe west. */
    ATLANTIC(65, 75, 135, 500_000),
    /** US east, Europe west, Asia south-east. */
    GLOBAL(75, 215, 175, 500_000);

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Round trips in milliseconds between the first, second and third region. */
    private final int[][] rttMillis;

    private final long zoneDelayNanos;

    WanProfile(int firstSecond, int firstThird, int secondThird, long zoneDelayNanos) {
        // A fourth region takes the first one's site again, and so on; two regions of one site are 10 ms apart.
        int twin = firstSecond == 0 ? 0 : 10;
        this.rttMillis = new int[][] {
            {twin, firstSecond, firstThird}, {firstSecond, twin, secondThird}, {firstThird, secondThird, twin}
        };
        this.zoneDelayNanos = zoneDelayNanos;
    }

    /** By the word that a user writes. */
    public static WanProfile named(String word) {
        for (WanProfile profile : values()) {
            if (profile.word().equals(word)) {
                return profile;
            }
        }
        throw new IllegalArgumentException(Checks.text("wan", word, "one of " + String.join(", ", words())));
    }

    /** Every word. */
    public static List<String> words() {
        return Arrays.stream(values()).map(WanProfile::word).toList();
    }

    /** The word that a user writes. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One way between zones of a region. */
    public long zoneDelayNanos() {
        return zoneDelayNanos;
    }

    /** Round trip between two different regions, by their places in the configuration's order. */
    public int rttMillis(int first, int second) {
        return rttMillis[first % 3][second % 3];
    }

    /** The settings of the way between two places. */
    PathSettings between(Place from, Place to, List<String> regions, long zoneDelay) {
        if (!from.region().equals(to.region())) {
            int rtt = rttMillis(index(regions, from), index(regions, to));
            return rtt == 0 ? PathSettings.NONE : PathSettings.wide(rtt * NANOS_PER_MILLI / 2);
        }
        return from.zone().equals(to.zone()) || zoneDelay == 0 ? PathSettings.NONE : PathSettings.near(zoneDelay);
    }

    private static int index(List<String> regions, Place place) {
        int index = regions.indexOf(place.region());
        Checks.check(index >= 0, "place.region", place.region(), "one of " + String.join(", ", regions));
        return index;
    }
}
