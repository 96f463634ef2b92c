package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.MeasuredRtt;
import dev.skein.proto.gossip.v1.MemberRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * This node's own record. Every heartbeat raises the version; the facts version follows only when something changed. What
 * routing needs (leaders, draining, suspects) changes at once, what only people read at most once per interval.
 */
final class SelfRecord {

    private final SelfIdentity identity;
    private final long slowIntervalNanos;
    private MemberRecord record;
    private MemberRecord urgent;
    private MemberRecord slow;
    private long slowSinceNanos;
    private boolean left;

    SelfRecord(SelfIdentity identity, long incarnation, Duration slowInterval) {
        this.identity = identity;
        this.slowIntervalNanos = slowInterval.toNanos();
        this.urgent = MemberRecord.getDefaultInstance();
        this.slow = MemberRecord.getDefaultInstance();
        this.record = MemberRecord.newBuilder()
                .setIncarnation(Math.max(1, incarnation))
                .build();
    }

    /** The record as of the last heartbeat. */
    MemberRecord record() {
        return record;
    }

    /** One heartbeat. */
    void beat(SelfFacts facts, List<MeasuredRtt> rtts, Collection<String> suspects, long nowNanos) {
        long version = record.getVersion() + 1;
        MemberRecord newUrgent = urgentFacts(facts, suspects);
        MemberRecord newSlow = slowFacts(facts, rtts);
        boolean slowDue = version == 1 || nowNanos - slowSinceNanos >= slowIntervalNanos;
        boolean changed = !newUrgent.equals(urgent) || slowDue && !newSlow.equals(slow);
        if (!changed) {
            record = record.toBuilder().setVersion(version).build();
            return;
        }
        urgent = newUrgent;
        slow = newSlow;
        slowSinceNanos = nowNanos;
        record = urgent.toBuilder()
                .mergeFrom(slow)
                .setIncarnation(record.getIncarnation())
                .setVersion(version)
                .setFactsVersion(version)
                .build();
    }

    /** Outbids a past of this node that claims a later start (its clock was ahead then). */
    void outbid(long incarnation) {
        record = record.toBuilder().setIncarnation(incarnation + 1).build();
    }

    /** From the next heartbeat on the record says goodbye. */
    void leave() {
        left = true;
    }

    private MemberRecord urgentFacts(SelfFacts facts, Collection<String> suspects) {
        return MemberRecord.newBuilder()
                .setNode(identity.node())
                .setRegion(identity.region())
                .setZone(identity.zone())
                .setPeerAddress(identity.peerAddress())
                .setClientAddress(identity.clientAddress())
                .setRouterOnly(identity.routerOnly())
                .setOverloaded(facts.overloaded())
                .setDraining(facts.draining())
                .setShedding(facts.shedding())
                .setQuarantined(facts.quarantined())
                .setLeft(left)
                .setEdgeAddress(facts.edgeAddress())
                .addAllShardsLed(facts.shardsLed())
                .addAllSuspects(suspects)
                .build();
    }

    private static MemberRecord slowFacts(SelfFacts facts, List<MeasuredRtt> rtts) {
        return MemberRecord.newBuilder()
                .setLoadPercent(facts.loadPercent())
                .setSessions(facts.sessions())
                .setSessionsMax(facts.sessionsMax())
                .setTakesPerSecond(facts.takesPerSecond())
                // Whole MiB: smaller changes are noise that would be told to everyone.
                .setRssBytes(facts.rssBytes() >> 20 << 20)
                .setDisk(facts.disk())
                .addAllRtts(rtts)
                .addAllReplicas(facts.replicas())
                .build();
    }
}
