package dev.skein.router.routes;

import dev.skein.proto.gossip.v1.MeasuredRtt;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.Verdict;
import dev.skein.router.gossip.KnownMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Members for routing tests: three nodes a region; us, eu and ap are 75, 175 and 215 ms apart. Seen from us-a. */
final class Cluster {

    private final Map<String, KnownMember> members = new TreeMap<>();
    private final RouteViews views = new RouteViews("us-a", "us", RoutingRules.standard());
    private long now;

    Cluster() {
        for (String region : List.of("us", "eu", "ap")) {
            for (String zone : List.of("a", "b", "c")) {
                members.put(region + "-" + zone, new KnownMember(record(region, zone), Verdict.ALIVE, 0));
            }
        }
    }

    Cluster change(String node, UnaryOperator<MemberRecord.Builder> change) {
        KnownMember old = members.get(node);
        MemberRecord record = change.apply(old.record().toBuilder()).build();
        members.put(node, new KnownMember(record, old.verdict(), 0));
        return this;
    }

    Cluster changeRegion(String region, UnaryOperator<MemberRecord.Builder> change) {
        nodesOf(region).forEach(node -> change(node, change));
        return this;
    }

    Cluster verdict(String node, Verdict verdict) {
        members.put(node, new KnownMember(members.get(node).record(), verdict, 0));
        return this;
    }

    /** The region is dead and everyone elsewhere says so. */
    Cluster lose(String region) {
        List<String> nodes = nodesOf(region);
        nodes.forEach(node -> verdict(node, Verdict.DEAD));
        members.keySet().stream()
                .filter(node -> !node.startsWith(region))
                .toList()
                .forEach(node -> change(node, r -> r.addAllSuspects(nodes)));
        return this;
    }

    /** The region is back and nobody complains. */
    Cluster regain(String region) {
        nodesOf(region).forEach(node -> verdict(node, Verdict.ALIVE));
        List.copyOf(members.keySet()).forEach(node -> change(node, MemberRecord.Builder::clearSuspects));
        return this;
    }

    Cluster rtt(String from, String to, long millis) {
        nodesOf(from)
                .forEach(node -> change(node, record -> {
                    List<MeasuredRtt> others = new ArrayList<>(record.getRttsList());
                    others.removeIf(r -> r.getRegion().equals(to));
                    return record.clearRtts().addAllRtts(others).addRtts(measured(to, millis));
                }));
        return this;
    }

    Cluster pass(Duration duration) {
        now += duration.toNanos();
        return this;
    }

    RouteView view() {
        return views.update("cluster-1", List.copyOf(members.values()), now);
    }

    private List<String> nodesOf(String region) {
        return members.keySet().stream().filter(n -> n.startsWith(region)).toList();
    }

    private static MemberRecord record(String region, String zone) {
        MemberRecord.Builder record = MemberRecord.newBuilder()
                .setNode(region + "-" + zone)
                .setRegion(region)
                .setZone(zone)
                .setPeerAddress(region + "-" + zone + ":1")
                .setClientAddress(region + "-" + zone + ":2");
        switch (region) {
            case "us" -> record.addRtts(measured("eu", 75)).addRtts(measured("ap", 215));
            case "eu" -> record.addRtts(measured("us", 75)).addRtts(measured("ap", 175));
            default -> record.addRtts(measured("us", 215)).addRtts(measured("eu", 175));
        }
        return record.build();
    }

    private static MeasuredRtt measured(String region, long millis) {
        return MeasuredRtt.newBuilder()
                .setRegion(region)
                .setMinMicros(millis * 1_000)
                .setSmoothedMicros(millis * 1_000)
                .build();
    }
}
