package dev.skein.router.gossip;

import dev.skein.core.NodeId;
import dev.skein.proto.gossip.v1.MeasuredRtt;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ReplicaSummary;
import dev.skein.proto.gossip.v1.ShardLed;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Refuses records that no honest node sends, so that one broken peer can't spoil everyone's memory. */
final class RecordChecks {

    /** Names of regions, zones, groups. */
    static final int NAME_LENGTH_MAX = 128;

    /** Bytes of one record: replicas of {@value #REPLICAS_MAX} groups fit. */
    static final int RECORD_BYTES_MAX = 512 << 10;

    static final int REPLICAS_MAX = 4_096;
    static final int REGIONS_MAX = 64;

    private static final int VOTERS_MAX = 64;
    private static final int TEXT_LENGTH_MAX = 1_024;
    private static final long RTT_MICROS_MAX = Duration.ofMinutes(1).toNanos() / 1_000;
    private static final long COUNTER_MAX = 1L << 60;

    /** Clocks of one cluster may be far apart, but an incarnation from another age would lock its node out for ever. */
    private static final long INCARNATION_AHEAD_MS_MAX = Duration.ofDays(366).toMillis();

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):[0-9]{1,5}");

    private RecordChecks() {}

    /** Whether the record may be believed as far as its form goes. */
    static boolean isSound(MemberRecord record, long wallMillis) {
        return record.getSerializedSize() <= RECORD_BYTES_MAX
                && isNode(record.getNode())
                && isIncarnation(record.getIncarnation(), wallMillis)
                && isCounter(record.getVersion())
                && isCounter(record.getFactsVersion())
                && record.getFactsVersion() <= record.getVersion()
                && isName(record.getRegion())
                && !record.getRegion().isEmpty()
                && isName(record.getZone())
                && isAddress(record.getPeerAddress())
                && isAddress(record.getClientAddress())
                && (record.getEdgeAddress().isEmpty() || isAddress(record.getEdgeAddress()))
                && record.getLoadPercent() >= 0
                && record.getLoadPercent() <= 100
                && record.getSessions() >= 0
                && record.getSessionsMax() >= 0
                && record.getTakesPerSecond() >= 0
                && record.getQuarantined().length() <= TEXT_LENGTH_MAX
                && record.getDisk().length() <= TEXT_LENGTH_MAX
                && areGroups(record.getShardsLedList())
                && areRtts(record.getRttsList())
                && areSuspects(record.getSuspectsList())
                && areReplicas(record.getReplicasList());
    }

    static boolean isNode(String node) {
        try {
            new NodeId(node);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    static boolean isIncarnation(long incarnation, long wallMillis) {
        return incarnation > 0 && incarnation <= wallMillis + INCARNATION_AHEAD_MS_MAX;
    }

    /** Counters of a digest: far below overflow. */
    static boolean isCounter(long value) {
        return value >= 0 && value < COUNTER_MAX;
    }

    static boolean isAddress(String address) {
        if (address.length() > 300 || !ADDRESS.matcher(address).matches()) {
            return false;
        }
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return port > 0 && port <= 65_535;
    }

    private static boolean isName(String name) {
        return name.length() <= NAME_LENGTH_MAX;
    }

    private static boolean areGroups(List<ShardLed> shards) {
        return shards.size() <= REPLICAS_MAX
                && shards.stream()
                        .allMatch(s -> isName(s.getGroup()) && !s.getGroup().isEmpty() && s.getTerm() >= 0);
    }

    private static boolean areRtts(List<MeasuredRtt> rtts) {
        return rtts.size() <= REGIONS_MAX
                && rtts.stream()
                        .allMatch(
                                r -> isName(r.getRegion()) && isRtt(r.getMinMicros()) && isRtt(r.getSmoothedMicros()));
    }

    private static boolean isRtt(long micros) {
        return micros >= 0 && micros <= RTT_MICROS_MAX;
    }

    private static boolean areSuspects(List<String> suspects) {
        return suspects.size() <= GossipConfig.MEMBERS_MAX && suspects.stream().allMatch(RecordChecks::isNode);
    }

    private static boolean areReplicas(List<ReplicaSummary> replicas) {
        return replicas.size() <= REPLICAS_MAX
                && replicas.stream()
                        .allMatch(r -> isName(r.getGroup())
                                && isName(r.getRole())
                                && r.getVotersCount() <= VOTERS_MAX
                                && r.getVotersList().stream().allMatch(RecordChecks::isName)
                                && r.getFenced().length() <= TEXT_LENGTH_MAX);
    }
}
