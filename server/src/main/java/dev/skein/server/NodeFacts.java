package dev.skein.server;

import dev.skein.core.NodeId;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ReplicaSummary;
import dev.skein.proto.gossip.v1.ShardLed;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import dev.skein.server.config.NodeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What this node tells others about itself. Made anew at each call from the parts' own snapshots; any thread. */
final class NodeFacts implements Supplier<MemberRecord> {

    private final NodeEntry self;
    private final int sessionsMax;
    private final int takesPerSecond;
    private final Replication replication;
    private final Load load;
    private volatile IntSupplier sessions = () -> 0;
    private volatile boolean draining;
    private volatile String edgeAddress = "";
    private volatile boolean shedding;

    NodeFacts(NodeContext context, Replication replication, Load load) {
        this.self = context.self();
        this.sessionsMax = context.config().node().sessionsMax();
        this.takesPerSecond = context.config().node().shedding().takesPerSecond();
        this.replication = replication;
        this.load = load;
    }

    /** Where sessions are counted, once there is such a place. */
    void countSessionsWith(IntSupplier counter) {
        sessions = counter;
    }

    /** Where browsers and phones reach it, once they do. */
    void edgeAt(String address) {
        edgeAddress = address;
    }

    void draining(boolean on) {
        draining = on;
    }

    void shedding(boolean on) {
        shedding = on;
    }

    @Override
    public MemberRecord get() {
        int count = sessions.getAsInt();
        MemberRecord.Builder record = MemberRecord.newBuilder()
                .setNode(self.id().value())
                .setRegion(self.region())
                .setZone(self.zone())
                .setPeerAddress(self.peer())
                .setClientAddress(self.client())
                .setLoadPercent(load.percent(count, sessionsMax))
                .setOverloaded(load.overloaded(count, sessionsMax))
                .setDraining(draining)
                .setQuarantined(replication.quarantined().orElse(""))
                .setDisk(replication.disk().text())
                .setScrub(replication.scrubbed().text())
                .setSessions(count)
                .setEdgeAddress(edgeAddress)
                .setSessionsMax(sessionsMax)
                .setTakesPerSecond(takesPerSecond)
                .setShedding(shedding)
                .setRssBytes(load.rssBytes());
        reports().forEach(report -> add(report, record));
        return record.build();
    }

    private List<ReplicaReport> reports() {
        List<ReplicaReport> reports = new ArrayList<>();
        reports.add(replication.controlReport());
        replication.replicas().stream().map(ShardReplica::report).forEach(reports::add);
        return reports;
    }

    private static void add(ReplicaReport report, MemberRecord.Builder record) {
        String group = report.shard().group();
        boolean leads = report.role() == ReplicaRole.LEADER;
        if (leads) {
            record.addShardsLed(ShardLed.newBuilder().setGroup(group).setTerm(report.term()));
        }
        ReplicaSummary.Builder replica = ReplicaSummary.newBuilder()
                .setGroup(group)
                .setRole(report.role().name().toLowerCase(Locale.ROOT))
                .setLastIndex(report.lastIndex())
                .setAppliedIndex(report.appliedIndex())
                .setCommittedIndex(report.committedIndex())
                .setDigest(report.digest())
                .setFenced(report.fenced().orElse(""))
                .setTerm(report.term());
        if (leads) {
            replica.addAllVoters(report.voters().stream().map(NodeId::value).toList());
        }
        record.addReplicas(replica);
    }
}
