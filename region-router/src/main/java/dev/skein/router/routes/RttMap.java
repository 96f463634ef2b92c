package dev.skein.router.routes;

import dev.skein.proto.gossip.v1.MeasuredRtt;
import dev.skein.router.detect.Verdict;
import dev.skein.router.gossip.KnownMember;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Round trips between regions: the median over what the living nodes of one region measured to the other. Immutable. A way
 * that only the far side has measured is taken from there: a round trip is the same from both ends.
 */
public final class RttMap {

    /** An ordered pair of regions. */
    public record Pair(String from, String to) {}

    /** A map without figures. */
    static final RttMap EMPTY = new RttMap(Map.of(), Map.of());

    private final Map<Pair, Long> smoothed;
    private final Map<Pair, Long> least;

    private RttMap(Map<Pair, Long> smoothed, Map<Pair, Long> least) {
        this.smoothed = smoothed;
        this.least = least;
    }

    /** Collects what members say. */
    static RttMap of(Collection<KnownMember> members) {
        return new RttMap(
                medians(members, MeasuredRtt::getSmoothedMicros), medians(members, MeasuredRtt::getMinMicros));
    }

    /** Smoothed, in microseconds. */
    public OptionalLong smoothedMicros(String from, String to) {
        return find(smoothed, from, to);
    }

    /** Least of the recent past, in microseconds. */
    public OptionalLong leastMicros(String from, String to) {
        return find(least, from, to);
    }

    /** Pairs with figures of their own. */
    public Set<Pair> pairs() {
        return Collections.unmodifiableSet(smoothed.keySet());
    }

    private static OptionalLong find(Map<Pair, Long> map, String from, String to) {
        Long there = map.get(new Pair(from, to));
        Long micros = there != null ? there : map.get(new Pair(to, from));
        return micros == null ? OptionalLong.empty() : OptionalLong.of(micros);
    }

    private static Map<Pair, Long> medians(Collection<KnownMember> members, ToLongFunction<MeasuredRtt> figure) {
        Map<Pair, List<Long>> all = new HashMap<>();
        for (KnownMember member : members) {
            if (member.verdict() == Verdict.ALIVE) {
                for (MeasuredRtt rtt : member.record().getRttsList()) {
                    all.computeIfAbsent(new Pair(member.record().getRegion(), rtt.getRegion()), p -> new ArrayList<>())
                            .add(figure.applyAsLong(rtt));
                }
            }
        }
        Map<Pair, Long> medians = new TreeMap<>((a, b) ->
                a.from().equals(b.from()) ? a.to().compareTo(b.to()) : a.from().compareTo(b.from()));
        all.forEach((pair, figures) -> {
            Collections.sort(figures);
            medians.put(pair, figures.get((figures.size() - 1) / 2));
        });
        return medians;
    }
}
