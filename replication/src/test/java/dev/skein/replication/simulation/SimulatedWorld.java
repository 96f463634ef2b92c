package dev.skein.replication.simulation;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.core.testing.History;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.admin.v1.Retention;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.group.ShardDirective;
import dev.skein.replication.presence.Member;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.wire.SectionView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One shard of three replicas, its publishers and followers, and everything that goes wrong, by one seed. First trouble, then peace, in
 * which everything must come to its end.
 */
final class SimulatedWorld {

    static final List<String> CHANNELS = List.of("default:room", "default:hall");

    private static final int REPLICAS = 3;
    private static final int HOLDERS = 3;

    /** What a lease may last longer in peace: an election, and what the network and apply take. */
    private static final long LEASE_MARGIN_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int LONG_EVERY = 64;
    private static final long TROUBLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PEACE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final VirtualTime time = new VirtualTime();
    private final History history = new History();
    private final List<SimulatedReplica> replicas = new ArrayList<>();
    private final List<SimulatedFollower> followers = new ArrayList<>();
    private final List<SimulatedPublisher> publishers = new ArrayList<>();
    private final List<SimulatedHolder> holders = new ArrayList<>();
    private final Random random;
    private final Defect defect;
    private final SimulatedLog log;
    private final int lossPercent;
    private final int troublesMax;
    // A long life, with many messages, has full rows and snapshots that hold such.
    private final int length;
    private boolean peace;
    private int troubles;

    /** @param directory for snapshots; those of an earlier world are overwritten */
    SimulatedWorld(long seed, Defect defect, Path directory) {
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.defect = defect;
        log = new SimulatedLog(time, random, defect);
        lossPercent = random.nextInt(25);
        troublesMax = 2 + random.nextInt(8);
        length = random.nextInt(LONG_EVERY) == 0 ? 5 : 1;
        int[] directories = {0};
        ShardDirective directive = new ShardDirective(policy(), List.of(), List.of(), Optional.empty());
        for (int i = 0; i < REPLICAS; i++) {
            SimulatedReplica replica = new SimulatedReplica(
                    new NodeId("n" + i),
                    time,
                    random,
                    log,
                    history,
                    defect,
                    () -> directory.resolve(Integer.toString(directories[0]++)),
                    directive);
            replicas.add(replica);
            CHANNELS.forEach(channel -> followers.add(new SimulatedFollower(channel, replica, history)));
        }
        SimulatedPublisher.Kind[] kinds = SimulatedPublisher.Kind.values();
        for (int i = 0; i < kinds.length + 1; i++) {
            publishers.add(new SimulatedPublisher(kinds[i % kinds.length], i, this, random));
        }
        for (int i = 0; i < HOLDERS; i++) {
            holders.add(new SimulatedHolder(i, this, random));
        }
    }

    VirtualTime time() {
        return time;
    }

    History history() {
        return history;
    }

    Defect defect() {
        return defect;
    }

    /** Runs it all and checks what was promised. */
    void run() {
        followers.forEach(SimulatedFollower::follow);
        log.elect(anyUp());
        publishLater();
        holders.forEach(this::actLater);
        troubleLater();
        long trouble = TROUBLE_NANOS_MAX / 4 + random.nextInt((int) (TROUBLE_NANOS_MAX * 3 / 4));
        long peaceAt = time.nanoTime() + trouble * length;
        while (time.step(peaceAt)) {}
        makePeace();
        long look = time.nanoTime();
        long end = look + PEACE_NANOS;
        while (!isSettled()) {
            History.check(
                    look < end,
                    () -> "not settled: " + publishers + " applied "
                            + replicas.stream()
                                    .map(SimulatedReplica::appliedIndex)
                                    .toList() + " of " + log.committedIndex());
            look += LOOK_NANOS;
            while (time.step(look)) {}
        }
        checkEnd();
    }

    /** How many are present in the end. */
    int members() {
        return holders.stream().mapToInt(holder -> holder.members().size()).sum();
    }

    int messages() {
        return history.messages();
    }

    // ---- the network

    /** Takes a section to whoever is believed to lead. Nothing, one answer or two come back. */
    void send(SectionView section, boolean mayBeDoubled, Consumer<PublishOutcome> answer) {
        SimulatedReplica target = random.nextInt(4) == 0 ? any() : log.leader().orElseGet(this::any);
        deliver(target, section, answer);
        if (mayBeDoubled && happens(lossPercent / 2)) {
            deliver(any(), section, answer);
        }
    }

    private void deliver(SimulatedReplica target, SectionView section, Consumer<PublishOutcome> answer) {
        if (happens(lossPercent)) {
            return;
        }
        boolean answerIsLost = happens(lossPercent);
        time.after(delay(), () -> {
            if (target.isUp()) {
                target.shard().publish(section, outcome -> {
                    if (!answerIsLost) {
                        time.after(delay(), () -> answer.accept(outcome));
                    }
                });
            }
        });
    }

    /** The same for a change of presence. */
    void send(PresenceChange change, Consumer<PresenceOutcome> answer) {
        SimulatedReplica target =
                random.nextInt(4) == 0 && !peace ? any() : log.leader().orElseGet(this::any);
        deliver(target, change, answer);
        if (happens(lossPercent / 2)) {
            deliver(any(), change, answer);
        }
    }

    private void deliver(SimulatedReplica target, PresenceChange change, Consumer<PresenceOutcome> answer) {
        if (happens(lossPercent)) {
            return;
        }
        boolean answerIsLost = happens(lossPercent);
        time.after(delay(), () -> {
            if (target.isUp()) {
                target.shard().presence().change(change, outcome -> {
                    if (!answerIsLost) {
                        time.after(delay(), () -> answer.accept(outcome));
                    }
                });
            }
        });
    }

    private boolean happens(int percent) {
        return !peace && random.nextInt(100) < percent;
    }

    /** Mostly a region's width; now and then much longer. */
    private long delay() {
        int spread = random.nextInt(10) == 0 ? 600_000_000 : 40_000_000;
        return 1_000_000 + random.nextInt(spread);
    }

    // ---- what goes on

    private void publishLater() {
        time.after(5_000_000 + random.nextInt(120_000_000) / (2 * length - 1), () -> {
            if (!peace) {
                publishers.get(random.nextInt(publishers.size())).publish();
                publishLater();
            }
        });
    }

    /** In peace nobody comes or goes, but holders still have to be heard of. */
    private void actLater(SimulatedHolder holder) {
        time.after(20_000_000 + random.nextInt(200_000_000), () -> {
            if (peace) {
                holder.send();
            } else if (random.nextInt(40) == 0) {
                holder.die();
            } else {
                holder.act();
            }
            if (holder.isAlive()) {
                actLater(holder);
            }
        });
    }

    private void troubleLater() {
        time.after((long) length * random.nextInt(400_000_000), () -> {
            if (!peace && troubles++ < troublesMax) {
                trouble();
                troubleLater();
            }
        });
    }

    private void trouble() {
        SimulatedReplica some = any();
        switch (random.nextInt(8)) {
            case 0 -> log.depose();
            case 1, 2 -> log.elect(anyUp());
            case 3, 4 -> crash(some);
            case 5 -> replicas.forEach(SimulatedReplica::flushStore);
            case 6 -> install(some, any());
            default -> some.flushStore();
        }
        if (log.leader().isEmpty() && random.nextInt(3) > 0) {
            time.afterMillis(random.nextInt(400), this::electIfNobodyLeads);
        }
    }

    private void crash(SimulatedReplica some) {
        if (!some.isUp() || replicas.stream().filter(SimulatedReplica::isUp).count() == 1) {
            return;
        }
        if (log.leader().filter(some::equals).isPresent()) {
            log.depose();
        }
        some.crash();
        time.afterMillis(random.nextInt(900), () -> restart(some));
    }

    private void restart(SimulatedReplica some) {
        if (!some.isUp()) {
            some.restart();
            for (int i = 0; i < followers.size(); i++) {
                if (replicas.get(i / CHANNELS.size()) == some) {
                    followers.get(i).follow();
                }
            }
        }
    }

    private void install(SimulatedReplica from, SimulatedReplica to) {
        if (from != to && to.isUp()) {
            from.snapshotTaken().ifPresent(to::install);
        }
    }

    private void electIfNobodyLeads() {
        if (log.leader().isEmpty()) {
            log.elect(anyUp());
        }
    }

    // ---- the end

    private void makePeace() {
        peace = true;
        replicas.forEach(this::restart);
        electIfNobodyLeads();
        tellAll();
        time.after(SimulatedHolder.LEASE_NANOS + LEASE_MARGIN_NANOS, () -> replicas.forEach(this::checkNoGhosts));
    }

    /** In peace everybody hears what is committed. */
    private void tellAll() {
        log.leader().ifPresent(log::pushCommit);
        time.afterMillis(500, this::tellAll);
    }

    private boolean isSettled() {
        return publishers.stream().allMatch(SimulatedPublisher::isDone)
                && replicas.stream().allMatch(each -> each.appliedIndex() == log.committedIndex())
                && followers.stream().allMatch(this::isAtTheEnd)
                && holders.stream().allMatch(SimulatedHolder::isDone)
                && replicas.stream().allMatch(each -> each.machine().holders().keySet().stream()
                        .allMatch(this::isPresent));
    }

    private boolean isPresent(ByteString holder) {
        return holders.stream().anyMatch(each -> each.isPresent(holder));
    }

    private void checkNoGhosts(SimulatedReplica replica) {
        for (ByteString holder : replica.machine().holders().keySet()) {
            boolean alive = holders.stream().anyMatch(each -> each.isAlive() && each.has(holder));
            History.check(alive, () -> replica.node() + " has members whose holder died before the peace");
        }
    }

    private void checkPresence(SimulatedReplica replica) {
        Map<String, String> expected = new TreeMap<>();
        holders.forEach(holder -> expected.putAll(holder.members()));
        Map<String, String> found = new TreeMap<>();
        for (String channel : CHANNELS) {
            List<Member> members = new ArrayList<>();
            MemberPage page;
            do {
                String after =
                        members.isEmpty() ? "" : members.get(members.size() - 1).client();
                page = replica.machine().members(channel, after, 3);
                members.addAll(page.members());
            } while (page.more());
            members.forEach(member -> found.put(
                    SimulatedHolder.place(channel, member.client()),
                    member.info().toStringUtf8()));
            long users = members.stream().map(Member::user).distinct().count();
            MemberCounts counts = replica.machine().memberCounts(channel);
            History.check(
                    counts.equals(new MemberCounts(members.size(), users)),
                    () -> replica.node() + " counts " + counts + " of " + members);
        }
        History.check(found.equals(expected), () -> replica.node() + ": present " + found + ", should " + expected);
    }

    private boolean isAtTheEnd(SimulatedFollower follower) {
        return follower.next()
                > follower.replica().machine().extent(follower.channel()).lastSerial();
    }

    private void checkEnd() {
        long digest = replicas.get(0).machine().digest();
        List<?> dump = replicas.get(0).dump();
        for (SimulatedReplica each : replicas) {
            History.check(each.machine().digest() == digest, () -> each.node() + " has another digest");
            History.check(each.dump().equals(dump), () -> each.node() + " holds something else");
            checkPresence(each);
        }
        history.checkTold();
    }

    private SimulatedReplica any() {
        return replicas.get(random.nextInt(REPLICAS));
    }

    private SimulatedReplica anyUp() {
        List<SimulatedReplica> up =
                replicas.stream().filter(SimulatedReplica::isUp).toList();
        return up.get(random.nextInt(up.size()));
    }

    private ShardPolicy policy() {
        ShardPolicy.Builder policy =
                ShardPolicy.newBuilder().setVersion(1).setEpoch(0x5EED).setDedupWindowMs(600_000);
        policy.getPresenceBuilder()
                .setEnabled(true)
                .setLeaseMs(TimeUnit.NANOSECONDS.toMillis(SimulatedHolder.LEASE_NANOS));
        if (random.nextInt(3) == 0) {
            policy.setRetention(Retention.newBuilder().setMessagesPerChannel(2 + random.nextInt(6)));
        }
        return policy.build();
    }
}
