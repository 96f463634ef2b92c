package dev.skein.router.gossip;

import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.ExchangeResponse;
import dev.skein.proto.gossip.v1.MemberDigest;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.Verdict;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node's gossip as a state machine: push-pull exchanges, the member table, failure detection. No I/O, no threads, no
 * sleeping; one thread calls it and passes the time in.
 */
public final class GossipCore {

    /** A turn later than this was this process's own pause: the others' silence during it isn't held against them. */
    private static final long OWN_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    /** Exchanges under way. Reached: peers are skipped until some end. */
    private static final int IN_FLIGHT_MAX = 64;

    /** Members one peer may ask for at a time. */
    private static final int WANTED_MAX = 256;

    private final SelfIdentity identity;
    private final GossipConfig config;
    private final Supplier<SelfFacts> facts;
    private final Consumer<DuplicateNode> duplicates;
    private final TimeSource time;
    private final Random random;
    private final LeaderIndex leaders = new LeaderIndex();
    private final MemberTable table;
    private final PeerChooser chooser;
    private final SelfRecord self;
    private final RttTable rtts = new RttTable();
    private final DuplicateWatch doubles = new DuplicateWatch();
    private final Set<String> inFlight = new HashSet<>();
    private final Map<String, List<String>> wantedBy = new HashMap<>();
    private String learnedClusterId = "";
    private String ownClusterId = "";
    private boolean started;
    private long lastTurnNanos;
    private long nearDueNanos;
    private long farDueNanos;
    private long refusedRecords;

    /**
     * A node that knows nobody yet.
     *
     * @param seeds where to look for others
     * @param facts asked with each heartbeat; must not block
     * @param duplicates told of evidence that another process uses this node's name; may be told repeatedly
     */
    public GossipCore(
            SelfIdentity identity,
            GossipConfig config,
            List<String> seeds,
            Supplier<SelfFacts> facts,
            Consumer<DuplicateNode> duplicates,
            TimeSource time,
            Random random) {
        this.identity = identity;
        this.config = config;
        this.facts = facts;
        this.duplicates = duplicates;
        this.time = time;
        this.random = random;
        this.table = new MemberTable(config, leaders);
        this.chooser = new PeerChooser(identity, config, seeds, table, random);
        this.self = new SelfRecord(identity, time.wallMillis(), config.slowFactsInterval());
    }

    /** One turn: opinions, heartbeat if due, and the exchanges to begin. Call it at least every 100 ms. */
    public List<Outgoing> tick(long nowNanos) {
        if (!started) {
            started = true;
            nearDueNanos = nowNanos;
            farDueNanos = nowNanos;
        } else if (nowNanos - lastTurnNanos > OWN_PAUSE_NANOS) {
            table.excuse(nowNanos - lastTurnNanos);
        }
        lastTurnNanos = nowNanos;
        table.judge(nowNanos);
        doubles.pastToOutbid(self.record().getIncarnation(), nowNanos).ifPresent(self::outbid);
        List<Outgoing> outgoing = new ArrayList<>();
        if (nowNanos - nearDueNanos >= 0) {
            nearDueNanos = nowNanos + jittered(config.intraRegionInterval());
            beat(nowNanos);
            begin(chooser.near(), outgoing);
        }
        if (nowNanos - farDueNanos >= 0) {
            farDueNanos = nowNanos + jittered(config.interRegionInterval());
            begin(chooser.far(), outgoing);
        }
        return outgoing;
    }

    /** Makes the next turn begin an exchange: something changed that others should know soon. */
    public void hurry() {
        nearDueNanos = lastTurnNanos;
        farDueNanos = lastTurnNanos;
    }

    /** A peer's request. */
    public ExchangeAnswer onRequest(ExchangeRequest request, long nowNanos) {
        ExchangeAnswer.@Nullable Refused refusal = refuse(request, nowNanos);
        if (refusal != null) {
            return refusal;
        }
        ExchangeResponse.Builder response =
                ExchangeResponse.newBuilder().setFrom(identity.node()).setClusterId(clusterId());
        if (request.getFrom().equals(identity.node())) {
            return new ExchangeAnswer.Accepted(response.build());
        }
        take(request.getSelf(), nowNanos);
        request.getRecordsList().forEach(record -> take(record, nowNanos));
        Map<String, MemberDigest> known = new HashMap<>();
        for (MemberDigest digest : request.getKnownList()) {
            known.put(digest.getNode(), digest);
            if (takeDigest(digest, nowNanos) && response.getWantedCount() < WANTED_MAX) {
                response.addWanted(digest);
            }
        }
        answerWithNews(known, response);
        return new ExchangeAnswer.Accepted(response.build());
    }

    /** A peer's answer. */
    public void onResponse(Outgoing outgoing, ExchangeResponse response, long rttNanos, long nowNanos) {
        inFlight.remove(outgoing.address());
        String theirs = response.getClusterId();
        if (!theirs.isEmpty() && !clusterId().isEmpty() && !theirs.equals(clusterId())) {
            return;
        }
        if (clusterId().isEmpty()) {
            learnedClusterId = theirs;
        }
        response.getRecordsList().forEach(record -> take(record, nowNanos));
        response.getHeartbeatsList().forEach(digest -> takeDigest(digest, nowNanos));
        table.find(response.getFrom()).ifPresent(peer -> {
            rtts.measured(peer.region(), rttNanos, nowNanos);
            rememberWanted(peer.node(), response.getWantedList());
        });
    }

    /** The exchange failed; the reason when the peer gave one of ours. */
    public void onFailure(Outgoing outgoing, @Nullable Reason reason, long nowNanos) {
        inFlight.remove(outgoing.address());
        if (reason == Reason.REASON_DUPLICATE_NODE && doubles.refusedByPeer(nowNanos)) {
            duplicates.accept(new DuplicateNode(identity.node(), "", 0, true));
        }
    }

    /** Says goodbye: the last requests to send. */
    public List<Outgoing> farewell(long nowNanos) {
        self.leave();
        beat(nowNanos);
        inFlight.clear();
        List<Outgoing> outgoing = new ArrayList<>();
        begin(chooser.farewell(), outgoing);
        return outgoing;
    }

    /** Everyone, this node included, sorted by name. */
    public List<KnownMember> members(long nowNanos) {
        List<KnownMember> members = new ArrayList<>(table.all().size() + 1);
        if (self.record().getVersion() > 0) {
            members.add(new KnownMember(self.record(), Verdict.ALIVE, nowNanos));
        }
        for (Member member : table.all()) {
            members.add(new KnownMember(member.current(), member.verdict(), member.lastHeardNanos()));
        }
        members.sort((a, b) -> a.node().compareTo(b.node()));
        return members;
    }

    /** Who leads what, this node's own claims included. */
    public LeaderIndex leaders() {
        return leaders;
    }

    /** The cluster: this node's own word, else what seeds said; empty while unknown. */
    public String clusterId() {
        return ownClusterId.isEmpty() ? learnedClusterId : ownClusterId;
    }

    /** Records refused because they were malformed or too many. */
    public long refusedRecords() {
        return refusedRecords;
    }

    private void beat(long nowNanos) {
        SelfFacts now = facts.get();
        ownClusterId = now.clusterId();
        self.beat(now, rtts.measured(), table.suspects(), nowNanos);
        leaders.claims(identity.node(), self.record().getLeft() ? List.of() : now.shardsLed());
    }

    private ExchangeAnswer.@Nullable Refused refuse(ExchangeRequest request, long nowNanos) {
        String theirs = request.getClusterId();
        if (!theirs.isEmpty() && !clusterId().isEmpty() && !theirs.equals(clusterId())) {
            return refused(Reason.REASON_CLUSTER_MISMATCH, "cluster_id", theirs, clusterId());
        }
        MemberRecord caller = request.getSelf();
        if (!RecordChecks.isSound(caller, time.wallMillis())
                || !caller.getNode().equals(request.getFrom())) {
            refusedRecords++;
            String from = RecordChecks.isNode(request.getFrom()) ? request.getFrom() : "?";
            return refused(Reason.REASON_INVALID_ARGUMENT, "self", from, "a sound record of the caller");
        }
        if (request.getKnownCount() > GossipConfig.MEMBERS_MAX
                || request.getRecordsCount() > GossipConfig.MEMBERS_MAX) {
            String count = request.getKnownCount() + "/" + request.getRecordsCount();
            return refused(
                    Reason.REASON_INVALID_ARGUMENT, "known/records", count, "at most " + GossipConfig.MEMBERS_MAX);
        }
        return isDouble(caller, nowNanos)
                ? refused(Reason.REASON_DUPLICATE_NODE, "from", caller.getNode(), "a name no other live node uses")
                : null;
    }

    /** Whether the caller's name belongs to another live node: this one, or one that has just been heard elsewhere. */
    private boolean isDouble(MemberRecord caller, long nowNanos) {
        if (caller.getNode().equals(identity.node())) {
            boolean other = caller.getIncarnation() != self.record().getIncarnation();
            if (other) {
                sightDouble(caller.getPeerAddress(), caller.getIncarnation(), caller.getVersion(), nowNanos);
            }
            return other;
        }
        return isTaken(caller);
    }

    /** Whether the name belongs to a node that lives elsewhere. One that really moved gets its name once its past is silent. */
    private boolean isTaken(MemberRecord record) {
        return table.find(record.getNode())
                .filter(known -> known.verdict() == Verdict.ALIVE)
                .filter(known -> known.incarnation() != record.getIncarnation())
                .filter(known -> !known.record().getPeerAddress().equals(record.getPeerAddress()))
                .isPresent();
    }

    private static ExchangeAnswer.Refused refused(Reason reason, String name, String value, String expected) {
        return new ExchangeAnswer.Refused(Errors.of(reason, Checks.text(name, value, expected)));
    }

    private void take(MemberRecord record, long nowNanos) {
        if (!RecordChecks.isSound(record, time.wallMillis())) {
            refusedRecords++;
        } else if (record.getNode().equals(identity.node())) {
            sightSelf(record.getPeerAddress(), record.getIncarnation(), record.getVersion(), nowNanos);
        } else if (!isTaken(record) && !table.merge(record, nowNanos)) {
            refusedRecords++;
        }
    }

    /** Returns whether the facts that the digest speaks of are missing here. */
    private boolean takeDigest(MemberDigest digest, long nowNanos) {
        boolean sound = RecordChecks.isNode(digest.getNode())
                && RecordChecks.isIncarnation(digest.getIncarnation(), time.wallMillis())
                && RecordChecks.isCounter(digest.getVersion())
                && RecordChecks.isCounter(digest.getFactsVersion());
        if (!sound) {
            refusedRecords++;
            return false;
        }
        if (digest.getNode().equals(identity.node())) {
            sightSelf("", digest.getIncarnation(), digest.getVersion(), nowNanos);
            return false;
        }
        return table.heartbeat(digest, nowNanos);
    }

    /** What others tell about this node: an earlier start is its past, a later one its past with a fast clock, or a double. */
    private void sightSelf(String address, long incarnation, long version, long nowNanos) {
        if (incarnation > self.record().getIncarnation()) {
            sightDouble(address, incarnation, version, nowNanos);
        }
    }

    private void sightDouble(String address, long incarnation, long version, long nowNanos) {
        if (doubles.sighted(incarnation, version, nowNanos)) {
            duplicates.accept(new DuplicateNode(identity.node(), address, incarnation, false));
        }
    }

    private void answerWithNews(Map<String, MemberDigest> known, ExchangeResponse.Builder response) {
        List<Member> members = new ArrayList<>(table.all());
        // A random start, so that a full answer doesn't leave out the same members each time.
        Collections.rotate(members, random.nextInt(members.size() + 1));
        News news = new News(known, response);
        if (self.record().getVersion() > 0) {
            news.tell(self.record(), self.record().getVersion());
        }
        members.forEach(member -> news.tell(member.record(), member.version()));
    }

    private void begin(List<PeerChooser.Peer> peers, List<Outgoing> outgoing) {
        for (PeerChooser.Peer peer : peers) {
            if (inFlight.size() < IN_FLIGHT_MAX && inFlight.add(peer.address())) {
                outgoing.add(new Outgoing(peer.address(), peer.sameRegion(), request(peer.node())));
            }
        }
    }

    private ExchangeRequest request(String peer) {
        ExchangeRequest.Builder request = ExchangeRequest.newBuilder()
                .setClusterId(clusterId())
                .setFrom(identity.node())
                .setSelf(self.record())
                .addKnown(MemberDigest.newBuilder()
                        .setNode(identity.node())
                        .setIncarnation(self.record().getIncarnation())
                        .setVersion(self.record().getVersion())
                        .setFactsVersion(self.record().getFactsVersion()));
        table.all().forEach(member -> request.addKnown(member.digest()));
        List<String> wanted = wantedBy.remove(peer);
        if (wanted != null) {
            RecordBudget budget = new RecordBudget();
            for (String node : wanted) {
                table.find(node)
                        .filter(member -> budget.take(member.record().getSerializedSize()))
                        .ifPresent(member -> request.addRecords(member.current()));
            }
        }
        return request.build();
    }

    private void rememberWanted(String peer, List<MemberDigest> wanted) {
        if (!wanted.isEmpty()) {
            wantedBy.put(
                    peer,
                    wanted.stream().limit(WANTED_MAX).map(MemberDigest::getNode).toList());
        }
    }

    private long jittered(Duration interval) {
        long nanos = interval.toNanos();
        return nanos - nanos / 10 + (long) (random.nextDouble() * nanos / 5);
    }
}
