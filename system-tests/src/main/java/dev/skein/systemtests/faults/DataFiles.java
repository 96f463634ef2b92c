package dev.skein.systemtests.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Hurts files. Answers what was done, for people; empty when there was nothing to hurt. */
final class DataFiles {

    private static final int SLOT_BYTES = 4_096;
    private static final int SLOT_VALUE_AT = 18;
    private static final int CUT_BYTES_MAX = 2_000;

    private DataFiles() {}

    /**
     * Cuts the newest file before the end of what was written to it.
     *
     * @param parts one of so many parts at least is cut off, half the file at most; 0: some bytes
     */
    static Optional<String> cutNewest(Path directory, Random random, int parts) throws IOException {
        List<Path> files = written(find(directory, ".log"));
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Path newest = files.get(files.size() - 1);
        long end = writtenBytes(newest);
        long some = Math.max(1, Math.min(end / 2, 1 + random.nextInt(CUT_BYTES_MAX)));
        long cut = parts == 0 ? some : end / parts + random.nextLong(Math.max(1, end / 2 - end / parts));
        try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
            channel.truncate(end - cut);
        }
        return Optional.of(newest.getFileName() + " lost the last " + cut + " of " + end + " bytes");
    }

    /** Flips a bit among what was written to one of the files whose names end so. */
    static Optional<String> flipOne(Path directory, String end, Random random) throws IOException {
        return flipOne(written(find(directory, end)), random);
    }

    /** The same for any file below a directory of that name. */
    static Optional<String> flipOneUnder(Path directory, String parent, Random random) throws IOException {
        List<Path> files = written(find(directory, "")).stream()
                .filter(file -> file.toString().contains("/" + parent + "/"))
                .toList();
        return flipOne(files, random);
    }

    private static Optional<String> flipOne(List<Path> files, Random random) throws IOException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Path file = files.get(random.nextInt(files.size()));
        long at = random.nextLong(writtenBytes(file));
        flip(file, at, random.nextInt(8));
        return Optional.of("a bit of " + file.getFileName() + " flipped, at byte " + at);
    }

    /** Flips a bit of the value in both slots of one of the files. */
    static Optional<String> flipAllSlots(Path directory, String name, Random random) throws IOException {
        List<Path> files = written(find(directory, name));
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Path file = files.get(random.nextInt(files.size()));
        for (long slot = 0; slot + SLOT_VALUE_AT < Files.size(file); slot += SLOT_BYTES) {
            flip(file, slot + SLOT_VALUE_AT, random.nextInt(8));
        }
        return Optional.of("bits of " + directory.relativize(file) + " flipped");
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1 << bit));
            channel.write(one.rewind(), at);
        }
    }

    /** Deletes one of the files whose names end so. */
    static Optional<String> removeOne(Path directory, String end, Random random) throws IOException {
        List<Path> files = written(find(directory, end));
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Path file = files.get(random.nextInt(files.size()));
        Files.delete(file);
        return Optional.of(directory.relativize(file) + " of " + files.size() + " is gone");
    }

    /** Copies a tree. */
    static void copy(Path from, Path to) throws IOException {
        delete(to);
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path each : tree.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    /** Deletes a tree, if it is there. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static List<Path> find(Path directory, String end) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            return tree.filter(
                            file -> Files.isRegularFile(file) && file.toString().endsWith(end))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> written(List<Path> files) throws IOException {
        List<Path> written = new java.util.ArrayList<>();
        for (Path file : files) {
            if (writtenBytes(file) > 0) {
                written.add(file);
            }
        }
        return written;
    }

    /** Without the zeros that a file was made of in advance. */
    static long writtenBytes(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
