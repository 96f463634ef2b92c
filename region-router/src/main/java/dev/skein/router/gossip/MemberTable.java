package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.MemberDigest;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All other members, and for a while the names of those forgotten. Keeps the leader index up to date. */
final class MemberTable {

    private final GossipConfig config;
    private final LeaderIndex leaders;
    private final Map<String, Member> members = new TreeMap<>();

    /** Forgotten members, so that a peer that forgets later doesn't bring them back; the oldest goes first. */
    private final Map<String, MemberDigest> forgotten = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MemberDigest> eldest) {
            return size() > GossipConfig.MEMBERS_MAX;
        }
    };

    MemberTable(GossipConfig config, LeaderIndex leaders) {
        this.config = config;
        this.leaders = leaders;
    }

    Optional<Member> find(String node) {
        return Optional.ofNullable(members.get(node));
    }

    Collection<Member> all() {
        return members.values();
    }

    /** Takes a sound record; returns false when the table is full. */
    boolean merge(MemberRecord record, long nowNanos) {
        Member member = members.get(record.getNode());
        if (member != null) {
            if (member.update(record, config.phi(), nowNanos)) {
                index(member);
            }
            return true;
        }
        if (isForgotten(record.getNode(), record.getIncarnation(), record.getVersion())) {
            return true;
        }
        if (members.size() >= GossipConfig.MEMBERS_MAX - 1) {
            return false;
        }
        member = new Member(record, config.phi(), nowNanos);
        members.put(record.getNode(), member);
        forgotten.remove(record.getNode());
        index(member);
        return true;
    }

    /** Takes what a digest proves; returns whether the facts it speaks of are missing here. */
    boolean heartbeat(MemberDigest digest, long nowNanos) {
        Member member = members.get(digest.getNode());
        if (member == null) {
            return !isForgotten(digest.getNode(), digest.getIncarnation(), digest.getVersion());
        }
        if (digest.getIncarnation() == member.incarnation()) {
            member.heartbeat(digest.getVersion(), nowNanos);
            return digest.getFactsVersion() > member.record().getFactsVersion();
        }
        return digest.getIncarnation() > member.incarnation();
    }

    /** Forms all opinions anew and forgets who has been gone for long. */
    void judge(long nowNanos) {
        for (Iterator<Member> it = members.values().iterator(); it.hasNext(); ) {
            Member member = it.next();
            if (member.judge(nowNanos)) {
                index(member);
            }
            if (isOver(member, nowNanos)) {
                it.remove();
                leaders.claims(member.node(), List.of());
                forgotten.put(member.node(), member.digest());
            }
        }
    }

    /** Forgives everyone a silence that was this node's own fault. */
    void excuse(long nanos) {
        members.values().forEach(member -> member.excuse(nanos));
    }

    /** Members whose heartbeat this node has lost. */
    List<String> suspects() {
        List<String> suspects = new ArrayList<>();
        for (Member member : members.values()) {
            if (member.verdict() == Verdict.SUSPECT || member.verdict() == Verdict.DEAD) {
                suspects.add(member.node());
            }
        }
        return suspects;
    }

    private boolean isForgotten(String node, long incarnation, long version) {
        MemberDigest last = forgotten.get(node);
        return last != null
                && (incarnation < last.getIncarnation()
                        || incarnation == last.getIncarnation() && version <= last.getVersion());
    }

    private boolean isOver(Member member, long nowNanos) {
        long goneNanos = nowNanos - member.verdictSinceNanos();
        return switch (member.verdict()) {
            case ALIVE, SUSPECT -> false;
            case DEAD -> goneNanos >= config.forgetDead().toNanos();
            case LEFT -> goneNanos >= config.forgetLeft().toNanos();
        };
    }

    private void index(Member member) {
        boolean mayLead = member.verdict() == Verdict.ALIVE || member.verdict() == Verdict.SUSPECT;
        leaders.claims(member.node(), mayLead ? member.record().getShardsLedList() : List.of());
    }
}
