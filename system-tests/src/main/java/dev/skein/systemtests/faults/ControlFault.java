package dev.skein.systemtests.faults;

import dev.skein.client.admin.Admin;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.systemtests.launch.NamespacePlan;
import dev.skein.systemtests.traffic.Leaders;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What an operator may ask for at a bad moment. A request that is refused or not answered is no failure of the run. */
final class ControlFault implements Fault {

    private static final long STORM_MILLIS = 200;
    private static final long SNAPSHOT_MILLIS = 1_000;
    private static final long REQUEST_SECONDS = 8;
    private static final int UNDO_ATTEMPTS = 8;

    /** Between two requests, for a leader to be there. */
    private static final long UNDO_PAUSE_MILLIS = 500;

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private String node = "";
    private NamespacePlan moved = new NamespacePlan("", 0, "", "", java.util.Map.of());
    private int asked;
    private int refused;

    /** A request, and where its outcome goes. */
    @FunctionalInterface
    private interface Request {
        CompletableFuture<?> send() throws IOException;
    }

    ControlFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException, InterruptedException {
        switch (kind) {
            case MOVE_HOME -> {
                moved = Ground.pick(ground.homes().namespaces(), random);
                List<String> others = ground.regions().stream()
                        .filter(region -> !region.equals(moved.homeRegion()))
                        .toList();
                String there = Ground.pick(others, random);
                moveTo(there);
                return "move-home of " + moved.name() + " to " + there;
            }
            case DRAIN_NODE -> {
                node = Ground.pick(ground.nodes(), random);
                ask(() -> admin(node).drain(""));
                return "drain-node " + node;
            }
            default -> {
                return kind.word();
            }
        }
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        switch (kind) {
            case TRANSFER_STORM -> {
                do {
                    transfer();
                } while (Pause.upTo(STORM_MILLIS, untilNanos));
            }
            case SNAPSHOTS -> {
                do {
                    for (String each : ground.nodes()) {
                        ask(() -> admin(each).snapshot());
                    }
                } while (Pause.upTo(SNAPSHOT_MILLIS, untilNanos));
            }
            default -> Pause.until(untilNanos);
        }
    }

    private void transfer() throws IOException, InterruptedException {
        NamespacePlan namespace = Ground.pick(ground.homes().namespaces(), random);
        int shard = random.nextInt(namespace.shards());
        Leaders leaders;
        try {
            leaders = new Leaders(ground.cluster().status(true));
        } catch (IOException nobodyAnswers) {
            refused++;
            return;
        }
        List<String> voters = leaders.voters(namespace.name(), shard);
        if (!voters.isEmpty()) {
            String target = Ground.pick(voters, random);
            ask(() -> ground.operator().admin().transferLeadership(namespace.name(), shard, target));
        }
    }

    private void moveTo(String region) throws IOException, InterruptedException {
        ask(() -> ground.operator()
                .admin()
                .alterNamespace(NamespaceChange.of(moved.name()).withHomeRegion(region)));
    }

    @Override
    public void end() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < UNDO_ATTEMPTS && !undone(); attempt++) {
            Thread.sleep(UNDO_PAUSE_MILLIS);
        }
        ground.progress().say("  " + kind.word() + ": " + asked + " requests, " + refused + " not granted");
    }

    private boolean undone() throws IOException, InterruptedException {
        int before = refused;
        if (kind == FaultKind.MOVE_HOME) {
            moveTo(moved.homeRegion());
        } else if (kind == FaultKind.DRAIN_NODE) {
            ask(() -> admin(node).undoDrain(""));
        }
        return refused == before;
    }

    private Admin admin(String at) throws IOException {
        return ground.operator().adminAt(ground.endpoint(at));
    }

    private void ask(Request request) throws IOException, InterruptedException {
        asked++;
        try {
            request.send().get(REQUEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException notGranted) {
            refused++;
        }
    }
}
