package dev.skein.router.routes;

import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.gossip.v1.MeasuredRtt;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.Verdict;
import dev.skein.router.gossip.KnownMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One router, the members as it sees them, and the clients that ask it, by one seed. */
final class RoutingWorld {

    private static final List<String> REGIONS = List.of("ap", "eu", "sa", "us");
    private static final int STEPS = 4;
    private static final RoutingRules RULES = RoutingRules.standard();

    private final Random random;
    private final Defect defect;
    private final Map<String, KnownMember> members = new TreeMap<>();
    private final Map<String, Long> condemnedNanos = new HashMap<>();
    private final RouteViews views = new RouteViews("ap0", "ap", RULES);
    private final Ranking ranking = new Ranking(RULES);
    private final RouteWatches watches = new RouteWatches(ranking, RouteView.empty("ap0", "ap"));
    private final List<Client> clients = new ArrayList<>();
    private RouteView view = RouteView.empty("ap0", "ap");
    private long nowNanos = 1;

    RoutingWorld(long seed, Defect defect) {
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.defect = defect;
        int regions = 1 + random.nextInt(REGIONS.size());
        for (int i = 0; i < regions; i++) {
            for (int j = 0; j <= random.nextInt(3); j++) {
                addMember(REGIONS.get(i), j);
            }
        }
    }

    /** Something that must not happen; each is there to show that the checks would notice. */
    enum Defect {
        NONE,
        /** Watchers aren't told of a new view. */
        STALE_WATCH,
        /** The router forgets where a client is. */
        FORGOTTEN_PLACE,
        /** A region is condemned on the word of one other. */
        ONE_WITNESS,
        /** A member is missing from the view. */
        LOST_MEMBER
    }

    void run() {
        for (int step = 0; step < STEPS; step++) {
            change();
            look();
            if (random.nextInt(3) == 0) {
                clients.add(new Client(clients.size()));
            }
            while (watches.advance(1 + random.nextInt(2))) {}
            clients.forEach(Client::examine);
        }
    }

    // ---- what happens

    private void change() {
        nowNanos += Duration.ofMillis(random.nextInt(2_500)).toNanos();
        for (int i = random.nextInt(4); i >= 0; i--) {
            changeMember();
        }
        if (random.nextInt(4) == 0) {
            String region = REGIONS.get(random.nextInt(REGIONS.size()));
            boolean lost = random.nextBoolean();
            members.replaceAll((node, member) -> regionOf(member).equals(region)
                    ? with(member, lost ? Verdict.DEAD : Verdict.ALIVE)
                    : suspecting(member, region, lost));
        }
        clients.forEach(each -> each.change());
    }

    private void changeMember() {
        String node = members.keySet().stream()
                .skip(random.nextInt(members.size()))
                .findFirst()
                .orElseThrow();
        KnownMember member = members.get(node);
        MemberRecord.Builder record = member.record().toBuilder();
        switch (random.nextInt(7)) {
            case 0 -> record.setLoadPercent(random.nextInt(101));
            case 1 -> record.setOverloaded(random.nextBoolean());
            case 2 -> record.setDraining(random.nextBoolean());
            case 3 -> record.setSessions(random.nextInt(20_000));
            case 4 -> record.clearRtts().addAllRtts(rtts());
            case 5 -> record.setQuarantined(random.nextInt(3) == 0 ? "damaged" : "");
            default -> {
                members.put(node, with(member, Verdict.values()[random.nextInt(Verdict.values().length)]));
                return;
            }
        }
        members.put(node, new KnownMember(record.build(), member.verdict(), 0));
    }

    private void look() {
        long before = view.version();
        List<Object> shape = view.shape();
        List<KnownMember> seen = new ArrayList<>(members.values());
        if (defect == Defect.LOST_MEMBER) {
            seen.remove(0);
        } else if (defect == Defect.ONE_WITNESS) {
            seen.replaceAll(member -> suspecting(member, "eu", true));
        }
        view = views.update("cluster", seen, nowNanos);
        check(view.version() == before + (view.shape().equals(shape) ? 0 : 1), "version " + view.version());
        if (defect != Defect.STALE_WATCH || random.nextInt(3) > 0) {
            watches.view(view);
        }
        checkHealth();
    }

    // ---- the rules

    /** A region is condemned only if two other regions, or the only other one, have lost all of it; and for a while after. */
    private void checkHealth() {
        Set<String> known = members.values().stream()
                .filter(each -> each.verdict() != Verdict.LEFT)
                .map(RoutingWorld::regionOf)
                .collect(Collectors.toSet());
        for (String region : regionsOf(members)) {
            Set<String> serving = nodes(region);
            boolean allLeft = serving.isEmpty();
            Set<String> accusers = members.values().stream()
                    .filter(each ->
                            each.verdict() == Verdict.ALIVE && !regionOf(each).equals(region))
                    .filter(each -> each.record().getSuspectsList().containsAll(serving))
                    .map(RoutingWorld::regionOf)
                    .collect(Collectors.toSet());
            long others = known.stream().filter(each -> !each.equals(region)).count();
            boolean condemned = !allLeft && !accusers.isEmpty() && accusers.size() >= Math.min(2, others);
            if (condemned) {
                condemnedNanos.put(region, nowNanos);
            }
            Long last = condemnedNanos.get(region);
            boolean held =
                    last != null && nowNanos - last < RULES.recoveryHold().toNanos();
            RegionHealth health = healthOf(region);
            boolean bad = health == RegionHealth.REGION_HEALTH_DEAD || health == RegionHealth.REGION_HEALTH_SUSPECT;
            check(bad == (condemned || held || allLeft), region + " is " + health + ", accused by " + accusers);
        }
    }

    private RegionHealth healthOf(String region) {
        return view.region(region)
                .orElseThrow(() -> new AssertionError(region + " is missing"))
                .health();
    }

    /** Members of a region that didn't leave. */
    private Set<String> nodes(String region) {
        return members.values().stream()
                .filter(each -> regionOf(each).equals(region) && each.verdict() != Verdict.LEFT)
                .map(KnownMember::node)
                .collect(Collectors.toSet());
    }

    /** Whether it takes sessions, gladly or not. */
    private static boolean isThere(KnownMember member) {
        MemberRecord record = member.record();
        return member.verdict() == Verdict.ALIVE
                && !record.getDraining()
                && record.getQuarantined().isEmpty();
    }

    private static Set<String> regionsOf(Map<String, KnownMember> members) {
        return members.values().stream().map(RoutingWorld::regionOf).collect(Collectors.toSet());
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    // ---- members

    private void addMember(String region, int number) {
        MemberRecord record = MemberRecord.newBuilder()
                .setNode(region + number)
                .setRegion(region)
                .setZone("a")
                .setPeerAddress(region + number + ":1")
                .setClientAddress(region + number + ":2")
                .setSessions(random.nextInt(5_000))
                .addAllRtts(rtts())
                .build();
        members.put(record.getNode(), new KnownMember(record, Verdict.ALIVE, 0));
    }

    private List<MeasuredRtt> rtts() {
        List<MeasuredRtt> rtts = new ArrayList<>();
        for (String region : REGIONS) {
            if (random.nextInt(4) > 0) {
                int micros = 1_000 * (1 + random.nextInt(250));
                rtts.add(MeasuredRtt.newBuilder()
                        .setRegion(region)
                        .setMinMicros(micros)
                        .setSmoothedMicros(micros)
                        .build());
            }
        }
        return rtts;
    }

    private static String regionOf(KnownMember member) {
        return member.record().getRegion();
    }

    private static KnownMember with(KnownMember member, Verdict verdict) {
        return new KnownMember(member.record(), verdict, 0);
    }

    private KnownMember suspecting(KnownMember member, String region, boolean lost) {
        MemberRecord.Builder record = member.record().toBuilder().clearSuspects();
        if (lost && !regionOf(member).equals(region)) {
            record.addAllSuspects(nodes(region));
        }
        return new KnownMember(record.build(), member.verdict(), 0);
    }

    /** A client that watches, and goes where it is sent. */
    private final class Client {

        private final String name;
        private ResolveRequest request = ResolveRequest.getDefaultInstance();
        private RouteWatches.Watch watch;
        private RouteTable told = RouteTable.getDefaultInstance();
        private String current = "";

        Client(int number) {
            name = "client-" + number;
            watch = follow();
        }

        private RouteWatches.Watch follow() {
            RouteWatches.Watch fresh = RouteWatches.watch(request, name, table -> {
                told = table;
                if (table.getRegionsCount() > 0) {
                    current = table.getRegions(0).getRegion();
                }
            });
            check(watches.add(fresh), "a watch was refused");
            return fresh;
        }

        /** Now and then it has failed somewhere, and asks anew. */
        void change() {
            if (random.nextInt(4) == 0) {
                ResolveRequest.Builder next = ResolveRequest.newBuilder().setCurrentRegion(current);
                members.keySet().stream().filter(node -> random.nextInt(8) == 0).forEach(next::addFailedNodes);
                request = next.build();
                watches.remove(watch);
                watch = follow();
            }
        }

        void examine() {
            RouteTable fresh = ranking.resolve(view, request, name, defect == Defect.FORGOTTEN_PLACE ? "" : current);
            RoutingWorld.check(key(fresh).equals(key(told)), name + " was told " + key(told) + " for " + key(fresh));
            Set<String> regions = new HashSet<>();
            fresh.getRegionsList().forEach(each -> regions.add(each.getRegion()));
            RoutingWorld.check(
                    regions.equals(regionsOf(members)) && regions.size() == fresh.getRegionsCount(),
                    "regions " + regions);
            RoutingWorld.check(
                    fresh.getSlotMs() >= 0
                            && fresh.getSlotMs() <= RULES.slotMax().toMillis(),
                    "slot " + fresh.getSlotMs());
            checkFirst(fresh);
            checkNodes(fresh);
        }

        /** A place is never behind a region that has none. */
        private void checkFirst(RouteTable table) {
            boolean somewhere = table.getRegionsList().stream().anyMatch(this::hasPlace);
            RegionRoute first = table.getRegions(0);
            boolean kept =
                    first.getRegion().equals(current) && first.getHealth() == RegionHealth.REGION_HEALTH_OVERLOADED;
            RoutingWorld.check(!somewhere || hasPlace(first) || kept, name + " is sent to " + first);
        }

        private boolean hasPlace(RegionRoute region) {
            return region.getHealth() == RegionHealth.REGION_HEALTH_HEALTHY
                    && members.values().stream()
                            .filter(each -> regionOf(each).equals(region.getRegion()))
                            .anyMatch(each -> isThere(each) && !hasFailed(each));
        }

        private boolean hasFailed(KnownMember member) {
            return request.getFailedNodesList().contains(member.node());
        }

        private void checkNodes(RouteTable table) {
            for (RegionRoute region : table.getRegionsList()) {
                List<KnownMember> nodes = region.getNodesList().stream()
                        .map(each -> members.get(each.getNode()))
                        .toList();
                boolean gone = nodes.stream()
                        .anyMatch(each -> each.verdict() == Verdict.DEAD || each.verdict() == Verdict.LEFT);
                RoutingWorld.check(!gone, region + " names a node that is gone");
                boolean behind = false;
                for (KnownMember each : nodes) {
                    boolean good = isThere(each) && !each.record().getOverloaded() && !hasFailed(each);
                    RoutingWorld.check(!(good && behind), region + " names a good node behind a bad one");
                    behind |= !good;
                }
            }
        }

        /** Where it is sent, and what it is told of each region. In which order the others come may wait for the next view. */
        private static List<Object> key(RouteTable table) {
            Map<String, Object> regions = new TreeMap<>();
            for (RegionRoute each : table.getRegionsList()) {
                Set<String> nodes = each.getNodesList().stream()
                        .map(node -> node.getNode() + node.getDraining())
                        .collect(Collectors.toSet());
                regions.put(each.getRegion(), List.of(each.getHealth(), nodes));
            }
            return List.of(
                    table.getRegionsCount() == 0 ? "" : table.getRegions(0).getRegion(), regions);
        }
    }
}
