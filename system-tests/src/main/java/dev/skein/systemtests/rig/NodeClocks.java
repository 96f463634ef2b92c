package dev.skein.systemtests.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A wall clock for each node, that can jump and drift, by the library libfaketime. Monotonic time is left alone. Thread-safe. */
public final class NodeClocks implements AutoCloseable {

    private static final String LIBRARY = "libfaketimeMT.so.1";
    private static final String VARIABLE = "SKEIN_FAKETIME";
    private static final List<String> FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu/faketime",
            "/usr/lib/aarch64-linux-gnu/faketime",
            "/usr/lib/faketime",
            "/usr/lib64/faketime",
            "/usr/local/lib/faketime");

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Pattern LEFT_BEHIND = Pattern.compile("(?:sem\\.)?faketime_(?:shm|sem)_([0-9]+)");

    private final Path folder;
    private final Path library;
    private final Set<String> before = new HashSet<>();

    private NodeClocks(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
        before.addAll(leftBehind());
    }

    /** Right clocks, for now. */
    static NodeClocks create(Path root, List<String> nodes) throws IOException {
        Path library = library().orElseThrow(() -> new IOException("no " + LIBRARY));
        Path folder = Files.createDirectories(root.toAbsolutePath().normalize().resolve("clocks"));
        NodeClocks clocks = new NodeClocks(folder, library);
        for (String node : nodes) {
            clocks.right(node);
        }
        return clocks;
    }

    Map<String, String> environment(String node) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", folder.resolve(node).toString(),
                "FAKETIME_CACHE_DURATION", "1",
                // The library's versions have different names for it.
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1",
                // What it would fix is not broken here; with the fix every timed wait of a JVM ends at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Sets the node's clock wrong by so many seconds; seen within a second. */
    public void jump(String node, double seconds) throws IOException {
        // The library's own drift would also shorten the waits of selectors, to nothing.
        set(node, String.format(Locale.ROOT, "%+.3f", seconds));
    }

    /** Sets the node's clock right. */
    public void right(String node) throws IOException {
        set(node, "+0");
    }

    private void set(String node, String text) throws IOException {
        Files.writeString(folder.resolve(node), text + "\n");
    }

    /** Names of what the library shares within processes that are gone: it forgets it when a process is killed. */
    private static List<String> leftBehind() {
        String[] names = SHARED_MEMORY.toFile().list((folder, name) -> {
            Matcher matcher = LEFT_BEHIND.matcher(name);
            return matcher.matches() && !Files.exists(Path.of("/proc", matcher.group(1)));
        });
        return names == null ? List.of() : List.of(names);
    }

    /** Removes what is left of nodes that were killed. */
    @Override
    public void close() throws IOException {
        for (String name : leftBehind()) {
            if (!before.contains(name)) {
                Files.deleteIfExists(SHARED_MEMORY.resolve(name));
            }
        }
    }

    private static Optional<Path> library() {
        String named = System.getenv(VARIABLE);
        Stream<Path> known = FOLDERS.stream().map(folder -> Path.of(folder, LIBRARY));
        return (named == null ? known : Stream.of(Path.of(named)))
                .filter(Files::isReadable)
                .findFirst();
    }

    /** Why there can be none here; empty: there can. It does not take root. */
    static Optional<String> whyNot() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("no libfaketime (a package of that name; or " + VARIABLE + " = path of " + LIBRARY + ")");
    }
}
