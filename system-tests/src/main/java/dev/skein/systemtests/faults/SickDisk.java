package dev.skein.systemtests.faults;

import dev.skein.systemtests.check.Damage;
import dev.skein.systemtests.launch.NodeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A leader's disk that stands still, is full, or fails. The server itself pretends it, below everything that it writes to the node log, terms and
 * votes: a word in the file {@code disk-fault} of its data directory says what. A node that can't go on has to end by itself and say why.
 */
final class SickDisk implements Fault {

    static final Set<FaultKind> KINDS =
            EnumSet.of(FaultKind.DISK_STALL, FaultKind.DISK_FULL, FaultKind.NO_SPACE, FaultKind.IO_ERROR);

    /** Makes servers look for the word. */
    static final String JVM_FLAG = "-Dskein.disk.faults=true";

    private static final String FILE = "disk-fault";
    private static final long POLL_MILLIS = 100;
    private static final long END_MILLIS_MAX = 20_000;

    private final FaultKind kind;
    private final Ground ground;
    private final Random random;
    private Optional<String> node = Optional.empty();

    SickDisk(FaultKind kind, Ground ground, Random random) {
        this.kind = kind;
        this.ground = ground;
        this.random = random;
    }

    @Override
    public String begin() throws IOException {
        String chosen = ground.leader(random);
        node = Optional.of(chosen);
        say(ground.cluster().data(chosen), word());
        return kind.word() + " " + chosen;
    }

    private String word() {
        return switch (kind) {
            case DISK_STALL -> "stall";
            case DISK_FULL -> "free=1000000";
            case NO_SPACE -> "no-space";
            default -> "fail-sync";
        };
    }

    /** Makes a disk sick, or well with an empty word. */
    static void say(Path data, String word) throws IOException {
        Path file = data.resolve(FILE);
        if (word.isEmpty()) {
            Files.deleteIfExists(file);
        } else if (Files.exists(data)) {
            Path unfinished = Files.writeString(data.resolve(FILE + ".new"), word);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void hold(long untilNanos) throws IOException, InterruptedException {
        Pause.until(untilNanos);
        if (kind == FaultKind.NO_SPACE || kind == FaultKind.IO_ERROR) {
            String broken = node.orElseThrow();
            Optional<String> reason = awaitEnd(broken);
            reason.ifPresent(why -> ground.progress().say("  " + broken + " ended: " + why));
            ground.storage().add(new Damage(kind.word(), broken, kind.line(), true, reason));
        }
    }

    /** Why the node ended; empty when it didn't in good time. */
    private Optional<String> awaitEnd(String broken) throws IOException, InterruptedException {
        long until = System.nanoTime() + END_MILLIS_MAX * 1_000_000L;
        boolean alive = isAlive(broken);
        while (alive && Pause.upTo(POLL_MILLIS, until)) {
            alive = isAlive(broken);
        }
        return alive
                ? Optional.empty()
                : Optional.of(lastReason(ground.cluster().log(broken)));
    }

    private boolean isAlive(String name) throws IOException {
        return ground.cluster().state().nodes().stream()
                .filter(record -> record.id().equals(name))
                .anyMatch(NodeRecord::isAlive);
    }

    /** What the process said last of its storage; blank when it said nothing. */
    private static String lastReason(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.startsWith("storage: ")).reduce("", (first, next) -> next);
        }
    }

    @Override
    public void end() throws IOException {
        if (node.isPresent()) {
            say(ground.cluster().data(node.get()), "");
            ground.cluster().startDead(List.of(node.get()));
        }
    }
}
