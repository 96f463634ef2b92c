package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * Flips a bit in an old file of a running node's log, and waits until the file is as it was: the node has found it and mended it from
 * another replica, or has let go of the file. A node that was down before it did refuses the file; then it is emptied and joins anew.
 */
final class BitRot implements Fault {

    private static final long PATIENCE_MILLIS = 60_000;
    private static final long POLL_MILLIS = 200;

    private final Ground ground;
    private final Random random;
    private String node = "";
    private Optional<DataFiles.Flip> flip = Optional.empty();

    BitRot(Ground ground, Random random) {
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        node = Ground.pick(ground.nodes(), random);
        if (DataFiles.logFiles(data()).size() < 2) {
            // A start begins a new file and leaves the one before it to itself.
            ground.processes().kill(java.util.List.of(node));
            ground.processes().start(java.util.List.of(node));
        }
        flip = DataFiles.flipOld(data(), random);
        return FaultKind.BIT_ROT.word() + " on " + node + ": "
                + flip.map(DataFiles.Flip::text).orElse("nothing there to hurt");
    }

    @Override
    public void end() throws IOException, InterruptedException {
        if (flip.isEmpty()) {
            return;
        }
        long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!isWhole(flip.get()) && !isQuarantined() && Pause.upTo(POLL_MILLIS, until)) {
            // Looks again.
        }
        Optional<String> refusal =
                isQuarantined() ? Optional.of(Files.readString(marker()).strip()) : Optional.empty();
        ground.storage()
                .add(new Damage(FaultKind.BIT_ROT.word(), node, flip.get().text(), false, refusal));
        if (refusal.isPresent()) {
            ground.progress().say("  refused: " + refusal.get());
            ground.processes().kill(java.util.List.of(node));
            DataFiles.delete(data());
            ground.processes().start(java.util.List.of(node));
        } else if (isWhole(flip.get())) {
            ground.progress().say("  " + node + " mended it");
        } else {
            throw new IOException(node + " did not mend " + flip.get().text() + " within " + PATIENCE_MILLIS + " ms");
        }
    }

    private static boolean isWhole(DataFiles.Flip flip) throws IOException {
        return !Files.exists(flip.file()) || Arrays.equals(flip.before(), Files.readAllBytes(flip.file()));
    }

    private boolean isQuarantined() {
        return Files.exists(marker());
    }

    private Path marker() {
        return data().resolve("quarantined");
    }

    private Path data() {
        return ground.cluster().data(node);
    }
}
