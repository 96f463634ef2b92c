package dev.skein.router.routes;

import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.RegionTribunal;
import dev.skein.router.detect.Verdict;
import dev.skein.router.gossip.KnownMember;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes route views from members. Remembers which regions were condemned lately; one thread. */
public final class RouteViews {

    private final String self;
    private final String ownRegion;
    private final RoutingRules rules;
    private final Map<String, Long> condemnedNanos = new HashMap<>();
    private RouteView latest;

    public RouteViews(String self, String ownRegion, RoutingRules rules) {
        this.self = self;
        this.ownRegion = ownRegion;
        this.rules = rules;
        this.latest = RouteView.empty(self, ownRegion);
    }

    /** The view as of now; its version is the last one's when nothing changed that clients care about. */
    public RouteView update(String clusterId, List<KnownMember> members, long nowNanos) {
        Map<String, List<KnownMember>> serving = new TreeMap<>();
        for (KnownMember member : members) {
            if (member.serving()) {
                serving.computeIfAbsent(member.record().getRegion(), r -> new ArrayList<>())
                        .add(member);
            }
        }
        Map<String, Verdict> verdicts = verdicts(members, nowNanos);
        condemnedNanos.keySet().retainAll(serving.keySet());
        List<RegionView> regions = new ArrayList<>();
        serving.forEach((region, there) -> regions.add(region(region, verdicts.get(region), there)));
        RouteView view = new RouteView(clusterId, self, ownRegion, latest.version(), regions, RttMap.of(members));
        if (!view.shape().equals(latest.shape())) {
            view = new RouteView(clusterId, self, ownRegion, latest.version() + 1, regions, view.rtts());
        }
        latest = view;
        return view;
    }

    private Map<String, Verdict> verdicts(List<KnownMember> members, long nowNanos) {
        List<RegionTribunal.Member> evidence = new ArrayList<>(members.size());
        for (KnownMember member : members) {
            MemberRecord record = member.record();
            evidence.add(new RegionTribunal.Member(
                    member.node(), record.getRegion(), member.serving(), member.verdict(), record.getSuspectsList()));
        }
        Map<String, Verdict> verdicts = RegionTribunal.judge(evidence);
        verdicts.replaceAll((region, verdict) -> hold(region, verdict, nowNanos));
        return verdicts;
    }

    /** A region that was condemned stays suspect for a while, so that a flapping one doesn't move clients to and fro. */
    private Verdict hold(String region, Verdict verdict, long nowNanos) {
        if (verdict == Verdict.SUSPECT || verdict == Verdict.DEAD) {
            condemnedNanos.put(region, nowNanos);
            return verdict;
        }
        Long condemned = condemnedNanos.get(region);
        if (condemned == null || nowNanos - condemned >= rules.recoveryHold().toNanos()) {
            condemnedNanos.remove(region);
            return verdict;
        }
        return verdict == Verdict.ALIVE ? Verdict.SUSPECT : verdict;
    }

    private static RegionView region(String region, Verdict verdict, List<KnownMember> members) {
        List<NodeView> nodes = new ArrayList<>();
        long sessions = 0;
        for (KnownMember member : members) {
            nodes.add(node(member));
            sessions += member.verdict() == Verdict.LEFT ? 0 : member.record().getSessions();
        }
        return new RegionView(region, health(verdict, nodes), nodes, sessions);
    }

    private static NodeView node(KnownMember member) {
        MemberRecord record = member.record();
        return new NodeView(
                record.getNode(),
                record.getZone(),
                record.getClientAddress(),
                record.getLoadPercent(),
                record.getOverloaded(),
                record.getDraining() || !record.getQuarantined().isEmpty(),
                member.verdict());
    }

    /** The region's health follows from its living nodes, unless it is condemned. */
    private static RegionHealth health(Verdict verdict, List<NodeView> nodes) {
        if (verdict == Verdict.DEAD || verdict == Verdict.LEFT) {
            return RegionHealth.REGION_HEALTH_DEAD;
        }
        if (verdict == Verdict.SUSPECT) {
            return RegionHealth.REGION_HEALTH_SUSPECT;
        }
        List<NodeView> living =
                nodes.stream().filter(n -> n.verdict() == Verdict.ALIVE).toList();
        if (living.isEmpty() || living.stream().anyMatch(NodeView::usable)) {
            return RegionHealth.REGION_HEALTH_HEALTHY;
        }
        return living.stream().allMatch(NodeView::draining)
                ? RegionHealth.REGION_HEALTH_DRAINING
                : RegionHealth.REGION_HEALTH_OVERLOADED;
    }
}
