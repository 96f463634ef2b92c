package dev.skein.systemtests.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Processes that end, or stand still. */
final class ProcessFault implements Fault {

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private List<String> nodes = List.of();

    ProcessFault(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        nodes = chosen();
        switch (kind) {
            case RESTART_NODE -> ground.processes().stop(nodes);
            case PAUSE_NODE, PAUSE_LEADER, PAUSE_REGION, PAUSE_ALL ->
                ground.processes().pause(nodes);
            default -> ground.processes().kill(nodes);
        }
        return kind.word() + " " + String.join(", ", nodes);
    }

    private List<String> chosen() throws IOException {
        return switch (kind) {
            case KILL_REGION, PAUSE_REGION -> ground.nodes(Ground.pick(ground.regions(), random));
            case KILL_ALL, PAUSE_ALL -> ground.nodes();
            case KILL_LEADER, PAUSE_LEADER -> List.of(ground.leader(random));
            default -> List.of(Ground.pick(ground.nodes(), random));
        };
    }

    @Override
    public void end() throws IOException {
        if (kind.name().startsWith("PAUSE")) {
            ground.processes().resume(nodes);
        } else {
            ground.processes().start(nodes);
        }
    }

    /** Every node in turn. */
    static final class Rolling implements Fault {
        private final Ground ground;
        private final Random random;

        Rolling(Ground ground, Random random) {
            this.ground = ground;
            this.random = random;
        }

        @Override
        public String begin() throws IOException {
            return "rolling-restart of " + ground.nodes().size() + " nodes";
        }

        @Override
        public void hold(long untilNanos) throws IOException {
            List<String> order = new ArrayList<>(ground.nodes());
            java.util.Collections.shuffle(order, random);
            for (String node : order) {
                ground.processes().stop(List.of(node));
                ground.processes().start(List.of(node));
            }
        }

        @Override
        public void end() {
            // Each node was started in its turn.
        }
    }
}
