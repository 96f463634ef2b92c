package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.MemberDigest;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.MemberWatch;
import dev.skein.router.detect.PhiConfig;
import dev.skein.router.detect.Verdict;

/**
 * What this node knows of another. Within an incarnation the heartbeat (version) and the facts (facts version) grow
 * independently: a digest may bring a heartbeat long before the facts arrive.
 */
final class Member {

    private MemberRecord record;
    private long version;
    private MemberWatch watch;
    private Verdict verdict;
    private long verdictSinceNanos;

    Member(MemberRecord record, PhiConfig phi, long nowNanos) {
        this.record = record;
        this.version = record.getVersion();
        this.watch = new MemberWatch(phi, nowNanos);
        this.verdict = record.getLeft() ? Verdict.LEFT : Verdict.ALIVE;
        this.verdictSinceNanos = nowNanos;
    }

    /** Takes a record of the same or a later incarnation; returns whether the facts changed. */
    boolean update(MemberRecord newer, PhiConfig phi, long nowNanos) {
        if (newer.getIncarnation() > record.getIncarnation()) {
            record = newer;
            version = newer.getVersion();
            watch = new MemberWatch(phi, nowNanos);
            judge(nowNanos);
            return true;
        }
        if (newer.getIncarnation() < record.getIncarnation()) {
            return false;
        }
        heartbeat(newer.getVersion(), nowNanos);
        if (newer.getFactsVersion() <= record.getFactsVersion()) {
            return false;
        }
        record = newer;
        judge(nowNanos);
        return true;
    }

    /** Takes a heartbeat of the present incarnation. */
    void heartbeat(long newVersion, long nowNanos) {
        if (newVersion > version) {
            version = newVersion;
            watch.heard(nowNanos);
        }
    }

    /** Forms the opinion anew; returns whether it changed. */
    boolean judge(long nowNanos) {
        Verdict before = verdict;
        verdict = record.getLeft() ? Verdict.LEFT : watch.judge(nowNanos);
        if (verdict != before) {
            verdictSinceNanos = nowNanos;
        }
        return verdict != before;
    }

    void excuse(long nanos) {
        watch.excuse(nanos);
    }

    /** Facts as last told; its version may be behind {@link #version()}. */
    MemberRecord record() {
        return record;
    }

    /** The record to pass on, with the newest heartbeat. */
    MemberRecord current() {
        return record.getVersion() == version
                ? record
                : record.toBuilder().setVersion(version).build();
    }

    MemberDigest digest() {
        return MemberDigest.newBuilder()
                .setNode(record.getNode())
                .setIncarnation(record.getIncarnation())
                .setVersion(version)
                .setFactsVersion(record.getFactsVersion())
                .build();
    }

    String node() {
        return record.getNode();
    }

    String region() {
        return record.getRegion();
    }

    long incarnation() {
        return record.getIncarnation();
    }

    long version() {
        return version;
    }

    Verdict verdict() {
        return verdict;
    }

    /** When the opinion last changed. */
    long verdictSinceNanos() {
        return verdictSinceNanos;
    }

    long lastHeardNanos() {
        return watch.lastHeardNanos();
    }
}
