package dev.skein.systemtests.faults;

import dev.skein.systemtests.wan.Cut;
import dev.skein.systemtests.wan.LinkChange;
import dev.skein.systemtests.wan.WanRemote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Ways on which nothing passes, or not well. All of it through the WAN emulator. */
final class NetworkFault implements Fault {

    private static final double SLOW_MILLIS = 150;
    private static final double[] LOSSES = {1, 5, 20};
    private static final long NARROW_BYTES = 256 << 10;
    private static final int FLAP_MILLIS_MIN = 200;
    private static final int FLAP_MILLIS_SPREAD = 1_500;

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private final List<Cut> cuts = new ArrayList<>();
    private final List<Cut> changed = new ArrayList<>();

    NetworkFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        return switch (kind) {
            case SLOW_LINK -> change(LinkChange.slow(SLOW_MILLIS));
            case LOSSY_LINK -> change(LinkChange.lossy(LOSSES[random.nextInt(LOSSES.length)]));
            case NARROW_LINK -> change(LinkChange.narrow(NARROW_BYTES));
            case SWIZZLE, FLAPPING_LINK -> kind.word();
            default -> cut(chosen());
        };
    }

    private List<Cut> chosen() throws IOException {
        String region = Ground.pick(ground.regions(), random);
        return switch (kind) {
            case CUT_NODE -> List.of(Cut.off(Ground.pick(ground.nodes(), random)));
            case CUT_REGION -> List.of(Cut.off(region));
            case CUT_ALL_REGIONS -> ground.regions().stream().map(Cut::off).toList();
            case DEAF_REGION -> List.of(new Cut("*", region, false));
            case MUTE_REGION -> List.of(new Cut(region, "*", false));
            case DEAF_LEADER -> List.of(new Cut("*", ground.leader(random), false));
            case MUTE_LEADER -> List.of(new Cut(ground.leader(random), "*", false));
            case PARTIAL_CUT -> List.of(partial());
            case BRIDGE -> List.of(bridge());
            default -> ring();
        };
    }

    private Cut partial() throws IOException {
        String leader = ground.leader(random);
        List<String> others = new ArrayList<>(ground.nodes());
        others.remove(leader);
        return new Cut(leader, Ground.pick(others, random), true);
    }

    private Cut bridge() {
        List<String> regions = new ArrayList<>(ground.regions());
        Collections.shuffle(regions, random);
        return new Cut(regions.get(0), regions.get(1), true);
    }

    /** In a ring of n nodes each reaches those up to (n - 1) / 4 places away, rounded up: itself and they are a majority. */
    private List<Cut> ring() throws IOException {
        List<String> ring = new ArrayList<>(ground.nodes());
        Collections.shuffle(ring, random);
        int reach = (ring.size() + 2) / 4;
        List<Cut> cuts = new ArrayList<>();
        for (int one = 0; one < ring.size(); one++) {
            for (int other = one + 1; other < ring.size(); other++) {
                int distance = Math.min(other - one, ring.size() - (other - one));
                if (distance > reach) {
                    cuts.add(new Cut(ring.get(one), ring.get(other), true));
                }
            }
        }
        return cuts.isEmpty() ? List.of(bridge()) : cuts;
    }

    private String cut(List<Cut> wanted) throws IOException {
        try (WanRemote wan = ground.cluster().wan()) {
            for (Cut cut : wanted) {
                cuts.add(cut);
                wan.cut(cut);
            }
        }
        return kind.word() + " "
                + String.join(", ", wanted.stream().map(NetworkFault::text).toList());
    }

    private String change(LinkChange change) throws IOException {
        Cut way = Cut.off(Ground.pick(ground.regions(), random));
        changed.add(way);
        try (WanRemote wan = ground.cluster().wan()) {
            wan.change(way, change);
        }
        return kind.word() + " " + text(way);
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        switch (kind) {
            case SWIZZLE -> swizzle(untilNanos);
            case FLAPPING_LINK -> flap(untilNanos);
            default -> Pause.until(untilNanos);
        }
    }

    private void swizzle(long untilNanos) throws IOException, InterruptedException {
        List<String> order = new ArrayList<>(ground.nodes());
        Collections.shuffle(order, random);
        List<String> some = order.subList(0, Math.max(2, order.size() / 2 + 1));
        long step = Math.max(200, (untilNanos - System.nanoTime()) / 1_000_000 / (2L * some.size()));
        for (String node : some) {
            cut(List.of(Cut.off(node)));
            Pause.upTo(step, untilNanos);
        }
        Collections.shuffle(cuts, random);
        for (Cut cut : List.copyOf(cuts)) {
            heal(cut);
            Pause.upTo(step, untilNanos);
        }
    }

    private void flap(long untilNanos) throws IOException, InterruptedException {
        Cut way = Cut.off(Ground.pick(ground.regions(), random));
        boolean more = true;
        while (more) {
            cut(List.of(way));
            more = Pause.upTo(FLAP_MILLIS_MIN + random.nextInt(FLAP_MILLIS_SPREAD), untilNanos);
            heal(way);
            more = more && Pause.upTo(FLAP_MILLIS_MIN + random.nextInt(FLAP_MILLIS_SPREAD), untilNanos);
        }
    }

    private void heal(Cut cut) throws IOException {
        try (WanRemote wan = ground.cluster().wan()) {
            wan.heal(cut);
        }
        cuts.remove(cut);
    }

    @Override
    public void end() throws IOException {
        for (Cut cut : List.copyOf(cuts)) {
            heal(cut);
        }
        try (WanRemote wan = ground.cluster().wan()) {
            for (Cut way : changed) {
                wan.reset(way);
            }
        }
    }

    private static String text(Cut cut) {
        return cut.from() + (cut.both() ? " <-> " : " -> ") + cut.to();
    }
}
