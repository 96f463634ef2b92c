package dev.skein.router.gossip;

import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ShardLed;
import dev.skein.router.detect.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A {@link GossipWorld} that a seed gets into trouble, and out of it again. */
final class TroubledGossip {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final List<String> GROUPS = List.of("default/0", "default/1");
    private static final int TROUBLES_MAX = 8;
    private static final Duration CONVERGED_WITHIN = Duration.ofSeconds(20);

    private final Random random;
    private final Defect defect;
    private final GossipWorld world;
    private final Map<String, Long> incarnations = new HashMap<>();
    // By group and node: the term in which the node says that it leads.
    private final Map<String, Map<String, Long>> claims = new TreeMap<>();
    private long term;

    TroubledGossip(long seed, Defect defect) {
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.defect = defect;
        this.world = new GossipWorld(random.nextLong());
        world.with(random.nextInt(3) == 0 ? List.of("a", "b") : List.of("a"), REGIONS);
    }

    /** Something that must not happen; each is there to show that the checks would notice. */
    enum Defect {
        NONE,
        /** A node's words reach nobody. */
        MUTE_NODE,
        /** A node says that it leads in a term that nobody gave it. */
        FORGED_CLAIM,
        /** A node that is gone is taken to be there. */
        UNNOTICED_DEATH
    }

    void run() {
        world.loss = random.nextInt(20) / 100.0;
        world.run(Duration.ofSeconds(1 + random.nextInt(2)));
        for (int i = random.nextInt(TROUBLES_MAX); i >= 0; i--) {
            trouble();
            world.run(Duration.ofMillis(random.nextInt(1_500)));
            checkIncarnations();
        }
        heal();
        world.runUntil(CONVERGED_WITHIN, this::converged);
        for (GossipWorld.SimNode node : world.running()) {
            check(node.duplicates.stream().noneMatch(DuplicateNode::refused), node.name + " was refused as a double");
        }
    }

    private void trouble() {
        List<GossipWorld.SimNode> running = world.running();
        GossipWorld.SimNode node = running.get(random.nextInt(running.size()));
        String other = REGIONS.get(random.nextInt(REGIONS.size()));
        switch (random.nextInt(8)) {
            case 0 -> kill(node);
            case 1 -> restart();
            case 2 -> node.stopped = !node.stopped;
            case 3 -> world.cut = (from, to) -> from.region.equals(other) != to.region.equals(other);
            case 4 -> world.cut = (from, to) -> from.region.equals(other) && !to.region.equals(other);
            case 5 -> world.cut = (from, to) -> from == node && to.region.equals(other);
            case 6 -> world.cut = (from, to) -> false;
            default -> lead(node);
        }
    }

    private void kill(GossipWorld.SimNode node) {
        if (world.running().size() > 2) {
            node.killed = true;
            claims.values().forEach(each -> each.remove(node.name));
        }
    }

    private void restart() {
        for (String region : REGIONS) {
            for (String name : List.of(region + "-a", region + "-b")) {
                GossipWorld.SimNode dead = world.node(name);
                if (dead != null && dead.killed && random.nextBoolean()) {
                    world.start(name, region);
                }
            }
        }
    }

    /** A new leader; the old one says for a while, or for ever, that it still leads in its own term. */
    private void lead(GossipWorld.SimNode node) {
        String group = GROUPS.get(random.nextInt(GROUPS.size()));
        Map<String, Long> of = claims.computeIfAbsent(group, unseen -> new TreeMap<>());
        if (random.nextBoolean()) {
            of.clear();
        }
        of.put(node.name, ++term);
        world.running().forEach(this::tellClaims);
    }

    private void tellClaims(GossipWorld.SimNode node) {
        if (defect == Defect.FORGED_CLAIM && node.name.equals("eu-a")) {
            node.facts = leading(List.of(ShardLed.newBuilder()
                    .setGroup(GROUPS.get(0))
                    .setTerm(term + 1_000)
                    .build()));
            return;
        }
        List<ShardLed> led = claims.entrySet().stream()
                .filter(each -> each.getValue().containsKey(node.name))
                .map(each -> ShardLed.newBuilder()
                        .setGroup(each.getKey())
                        .setTerm(each.getValue().get(node.name))
                        .build())
                .toList();
        node.facts = leading(led);
    }

    private static SelfFacts leading(List<ShardLed> led) {
        return new SelfFacts("cluster-1", 0, false, false, "", "", 0, 0, 0, false, 0, led, List.of(), "");
    }

    private void heal() {
        world.loss = 0;
        world.cut = (from, to) -> defect == Defect.MUTE_NODE && from.name.equals("eu-a");
        world.running().forEach(each -> each.stopped = false);
    }

    private boolean converged() {
        return world.running().stream().allMatch(this::seesWhatIs);
    }

    private boolean seesWhatIs(GossipWorld.SimNode observer) {
        return world.nodes().stream()
                        .allMatch(each ->
                                observer.sees(each.name, verdictOn(each)) || each.killed && !observer.knows(each.name))
                && GROUPS.stream()
                        .allMatch(
                                group -> observer.core.leaders().leaderOf(group).equals(leaderOf(group)))
                && REGIONS.stream().allMatch(region -> seesRegion(observer, region));
    }

    private Verdict verdictOn(GossipWorld.SimNode node) {
        return node.killed && defect != Defect.UNNOTICED_DEATH ? Verdict.DEAD : Verdict.ALIVE;
    }

    private Optional<String> leaderOf(String group) {
        return claims.getOrDefault(group, Map.of()).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** A region that is there is healthy. One that is gone is dead if two others are left to say so. */
    private boolean seesRegion(GossipWorld.SimNode observer, String region) {
        boolean there = world.running().stream().anyMatch(each -> each.region.equals(region));
        if (!there && !observer.knowsRegion(region)) {
            return true;
        }
        RegionHealth health = observer.healthOf(region);
        long others = world.running().stream()
                .map(each -> each.region)
                .filter(each -> !each.equals(region))
                .distinct()
                .count();
        return there
                ? health == RegionHealth.REGION_HEALTH_HEALTHY
                : others < 2 || health == RegionHealth.REGION_HEALTH_DEAD;
    }

    /** What anybody knows of a node never goes back to an earlier start of it. */
    private void checkIncarnations() {
        for (GossipWorld.SimNode observer : world.running()) {
            for (KnownMember member : observer.core.members(world.nanoTime())) {
                MemberRecord record = member.record();
                String key = observer.name + " of " + observer.started + " on " + record.getNode();
                Long before = incarnations.put(key, record.getIncarnation());
                check(before == null || before <= record.getIncarnation(), key + " went back");
            }
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
