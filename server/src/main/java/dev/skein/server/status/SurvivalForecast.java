package dev.skein.server.status;

import dev.skein.proto.admin.v1.LossForecast;
import dev.skein.proto.admin.v1.SurvivalGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a namespace would survive now. A shard survives a loss when the voters that are left and sound are still a majority of all
 * its voters; a voter is sound when its node is alive and takes part and its replica isn't fenced or far behind. So a voter that
 * is down already counts against every further loss.
 */
public final class SurvivalForecast {

    /**
     * A voter of a shard.
     *
     * @param node its node
     * @param region the node's region
     * @param zone the node's zone in that region
     * @param sound whether it can be counted on now
     */
    public record Voter(String node, String region, String zone, boolean sound) {}

    /**
     * A shard.
     *
     * @param number within the namespace
     * @param voters of the configuration in force
     */
    public record Shard(int number, List<Voter> voters) {

        public Shard {
            voters = List.copyOf(voters);
        }

        private long leftAfter(Predicate<Voter> lost) {
            return voters.stream()
                    .filter(voter -> voter.sound && !lost.test(voter))
                    .count();
        }

        private long unsound() {
            return voters.stream().filter(voter -> !voter.sound).count();
        }

        private boolean survives(Predicate<Voter> lost) {
            return leftAfter(lost) >= voters.size() / 2 + 1;
        }
    }

    /**
     * Whether a namespace keeps its promise now.
     *
     * @param met whether it does
     * @param text one sentence
     */
    public record Verdict(boolean met, String text) {}

    private static final Predicate<Voter> NOTHING = voter -> false;

    private final List<Shard> shards;
    private final List<String> regions;

    /**
     * @param shards all shards of the namespace
     * @param regions all regions of the cluster, in order
     */
    public SurvivalForecast(List<Shard> shards, List<String> regions) {
        this.shards = List.copyOf(shards);
        this.regions = List.copyOf(regions);
    }

    /** For each region of the cluster, what its loss would mean. */
    public List<LossForecast> regions() {
        return regions.stream()
                .map(region -> forecast(region, inRegion(region)))
                .toList();
    }

    /** For each zone with a voter, written region/zone, what its loss would mean. */
    public List<LossForecast> zones() {
        return zoneNames(voter -> true).stream()
                .map(zone -> forecast(zone, inZone(zone)))
                .toList();
    }

    /** Whether the goal is met now; if not, why. */
    public Verdict verdict(SurvivalGoal goal, String homeRegion) {
        if (shards.isEmpty()) {
            return new Verdict(false, "its shards have no place yet");
        }
        List<Shard> lostAlready = lostWithout(NOTHING);
        if (!lostAlready.isEmpty()) {
            return new Verdict(false, "has no quorum now: " + describe(lostAlready, NOTHING, "has"));
        }
        return goal == SurvivalGoal.SURVIVAL_GOAL_ZONE
                ? verdict(zoneNames(voter -> true), "any zone of " + homeRegion, this::inZone)
                : verdict(regions, "any region", this::inRegion);
    }

    private Verdict verdict(List<String> places, String all, Function<String, Predicate<Voter>> loss) {
        List<String> deadly = places.stream()
                .filter(place -> !lostWithout(loss.apply(place)).isEmpty())
                .toList();
        if (deadly.isEmpty()) {
            return new Verdict(true, "would survive losing " + all + " now");
        }
        String first = deadly.get(0);
        List<Shard> lost = lostWithout(loss.apply(first));
        return new Verdict(
                false,
                "would not survive losing " + String.join(" or ", deadly) + " now: "
                        + describe(lost, loss.apply(first), "would keep"));
    }

    private LossForecast forecast(String what, Predicate<Voter> lost) {
        int shardsLost = lostWithout(lost).size();
        return LossForecast.newBuilder()
                .setWhat(what)
                .setSurvives(shardsLost == 0 && !shards.isEmpty())
                .setShardsLost(shardsLost)
                .build();
    }

    private List<Shard> lostWithout(Predicate<Voter> lost) {
        return shards.stream().filter(shard -> !shard.survives(lost)).toList();
    }

    private static String describe(List<Shard> lost, Predicate<Voter> loss, String verb) {
        Shard first = lost.get(0);
        String kept = "shard " + first.number() + " " + verb + " " + first.leftAfter(loss) + " of its "
                + first.voters().size() + " voters";
        String already = first.unsound() == 0 ? "" : ", " + first.unsound() + " being down or behind now";
        return kept + already + (lost.size() == 1 ? "" : "; " + (lost.size() - 1) + " more shards likewise");
    }

    private Predicate<Voter> inRegion(String region) {
        return voter -> voter.region.equals(region);
    }

    private Predicate<Voter> inZone(String zone) {
        return voter -> zoneName(voter).equals(zone);
    }

    private List<String> zoneNames(Predicate<Voter> which) {
        List<String> names = new ArrayList<>();
        shards.stream()
                .flatMap(shard -> shard.voters().stream())
                .filter(which)
                .map(SurvivalForecast::zoneName)
                .distinct()
                .sorted()
                .forEach(names::add);
        return names;
    }

    private static String zoneName(Voter voter) {
        return voter.region + "/" + voter.zone;
    }
}
