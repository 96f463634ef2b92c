package dev.skein.router.gossip;

import dev.skein.router.detect.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Picks whom to talk to: random peers nearby, random peers in other random regions, now and then somebody believed lost, so
 * that two halves of a healed partition find each other, and seeds while nobody is known.
 */
final class PeerChooser {

    /** A peer; the node's name is empty for a seed. */
    record Peer(String address, String node, boolean sameRegion) {}

    /** Inter-region rounds with an attempt at somebody lost: one in this many. */
    private static final int REVIVAL_EVERY = 4;

    private static final int SEEDS_A_ROUND = 2;

    private final SelfIdentity self;
    private final GossipConfig config;
    private final List<String> seeds;
    private final MemberTable table;
    private final Random random;

    PeerChooser(SelfIdentity self, GossipConfig config, List<String> seeds, MemberTable table, Random random) {
        this.self = self;
        this.config = config;
        this.seeds = seeds.stream()
                .filter(s -> !s.equals(self.peerAddress()))
                .distinct()
                .toList();
        this.table = table;
        this.random = random;
    }

    /** Peers of an intra-region round. */
    List<Peer> near() {
        List<Peer> near = new ArrayList<>();
        boolean anybody = false;
        for (Member member : table.all()) {
            boolean there = mayAnswer(member);
            anybody |= there;
            if (there && member.region().equals(self.region())) {
                near.add(peer(member));
            }
        }
        return anybody ? pick(near, config.intraRegionPeers()) : pick(seedPeers(), SEEDS_A_ROUND);
    }

    /** Peers of an inter-region round; the nodes of a region share the work. */
    List<Peer> far() {
        Map<String, List<Peer>> byRegion = new TreeMap<>();
        int here = 1;
        for (Member member : table.all()) {
            if (mayAnswer(member) && member.region().equals(self.region())) {
                here++;
            } else if (mayAnswer(member)) {
                byRegion.computeIfAbsent(member.region(), r -> new ArrayList<>())
                        .add(peer(member));
            }
        }
        List<Peer> far = new ArrayList<>();
        int regions = Math.max(1, config.interRegionPeers() / here);
        for (List<Peer> region : pick(new ArrayList<>(byRegion.values()), regions)) {
            far.addAll(pick(region, 1));
        }
        if (random.nextInt(REVIVAL_EVERY) == 0) {
            far.addAll(pick(lost(), 1));
        }
        return far;
    }

    /** Everyone worth a goodbye: some nearby and one of each other region. */
    List<Peer> farewell() {
        Map<String, List<Peer>> byRegion = new TreeMap<>();
        for (Member member : table.all()) {
            if (member.verdict() == Verdict.ALIVE) {
                byRegion.computeIfAbsent(member.region(), r -> new ArrayList<>())
                        .add(peer(member));
            }
        }
        List<Peer> peers = new ArrayList<>();
        byRegion.forEach((region, members) -> peers.addAll(pick(members, region.equals(self.region()) ? 4 : 1)));
        return peers;
    }

    private List<Peer> lost() {
        Set<String> reached = new HashSet<>();
        List<Peer> lost = new ArrayList<>();
        for (Member member : table.all()) {
            if (mayAnswer(member)) {
                reached.add(member.record().getPeerAddress());
            } else if (member.verdict() == Verdict.DEAD) {
                lost.add(peer(member));
            }
        }
        for (Peer seed : seedPeers()) {
            if (!reached.contains(seed.address())) {
                lost.add(seed);
            }
        }
        return lost;
    }

    private List<Peer> seedPeers() {
        return new ArrayList<>(seeds.stream().map(s -> new Peer(s, "", false)).toList());
    }

    private Peer peer(Member member) {
        return new Peer(
                member.record().getPeerAddress(), member.node(), member.region().equals(self.region()));
    }

    private static boolean mayAnswer(Member member) {
        return member.verdict() == Verdict.ALIVE || member.verdict() == Verdict.SUSPECT;
    }

    private <T> List<T> pick(List<T> from, int count) {
        Collections.shuffle(from, random);
        return from.subList(0, Math.min(count, from.size()));
    }
}
