package dev.skein.router.detect;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether a region is condemned: only on the word of observers in at least two other regions, each of which has lost
 * every serving node of it. So one side of a partition can't condemn the other alone. Where a cluster knows just two regions,
 * there is only one other region, and its word suffices: a two-region cluster can't tell a lost region from a lost link.
 */
public final class RegionTribunal {

    private static final int WITNESS_REGIONS = 2;

    private RegionTribunal() {}

    /**
     * One member, as evidence and as witness.
     *
     * @param region where it is
     * @param serving whether clients could attach to it (a lone router is only a witness)
     * @param verdict the judging node's own opinion; itself ALIVE
     * @param suspects whom this member says it has lost; its word counts only while it is ALIVE itself
     */
    public record Member(String node, String region, boolean serving, Verdict verdict, Collection<String> suspects) {}

    /** Verdicts on all regions that have a serving member: ALIVE, SUSPECT, DEAD, or LEFT when every serving member left. */
    public static Map<String, Verdict> judge(Collection<Member> members) {
        Map<String, Set<String>> serving = new HashMap<>();
        Map<String, Verdict> verdicts = new HashMap<>();
        Set<String> regions = new HashSet<>();
        Map<String, String> regionOf = new HashMap<>();
        for (Member member : members) {
            if (member.verdict() != Verdict.LEFT) {
                regions.add(member.region());
            }
            if (member.serving()) {
                verdicts.putIfAbsent(member.region(), Verdict.LEFT);
                if (member.verdict() != Verdict.LEFT) {
                    verdicts.put(member.region(), Verdict.ALIVE);
                    serving.computeIfAbsent(member.region(), r -> new HashSet<>())
                            .add(member.node());
                    regionOf.put(member.node(), member.region());
                }
            }
        }
        Map<String, Set<String>> accusers = accusers(members, serving, regionOf);
        Map<String, Boolean> allDead = allDead(members);
        accusers.forEach((region, by) -> {
            int others = regions.size() - (regions.contains(region) ? 1 : 0);
            if (by.size() >= Math.min(WITNESS_REGIONS, others)) {
                verdicts.put(region, allDead.getOrDefault(region, false) ? Verdict.DEAD : Verdict.SUSPECT);
            }
        });
        return verdicts;
    }

    /** For each region, the other regions with a living witness that has lost all of it. */
    private static Map<String, Set<String>> accusers(
            Collection<Member> members, Map<String, Set<String>> serving, Map<String, String> regionOf) {
        Map<String, Set<String>> accusers = new HashMap<>();
        for (Member witness : members) {
            if (witness.verdict() != Verdict.ALIVE) {
                continue;
            }
            Map<String, Integer> lost = new HashMap<>();
            for (String suspect : new HashSet<>(witness.suspects())) {
                String region = regionOf.get(suspect);
                if (region != null && !region.equals(witness.region())) {
                    lost.merge(region, 1, Integer::sum);
                }
            }
            lost.forEach((region, count) -> {
                if (count == serving.getOrDefault(region, Set.of()).size()) {
                    accusers.computeIfAbsent(region, r -> new HashSet<>()).add(witness.region());
                }
            });
        }
        return accusers;
    }

    private static Map<String, Boolean> allDead(Collection<Member> members) {
        Map<String, Boolean> allDead = new HashMap<>();
        for (Member member : members) {
            if (member.serving() && member.verdict() != Verdict.LEFT) {
                allDead.merge(member.region(), member.verdict() == Verdict.DEAD, Boolean::logicalAnd);
            }
        }
        return allDead;
    }
}
