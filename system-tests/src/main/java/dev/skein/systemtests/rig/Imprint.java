package dev.skein.systemtests.rig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** What files hold, by checksums, to see what a power cut took. */
final class Imprint {

    /** Reading more would take so long that the kernel writes back on its own what the cut should take. */
    private static final long BYTES_MAX = 512L << 20;

    private static final int BUFFER_BYTES = 1 << 18;

    private final Map<String, Long> files = new TreeMap<>();
    private boolean isWhole = true;

    private Imprint() {}

    static Imprint of(Path root) throws IOException {
        Imprint imprint = new Imprint();
        long bytes = 0;
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
                if (bytes > BYTES_MAX) {
                    imprint.isWhole = false;
                    break;
                }
                imprint.files.put(root.relativize(file).toString(), checksum(file));
            }
        }
        return imprint;
    }

    private static long checksum(Path file) throws IOException {
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        }
        return crc.getValue();
    }

    /** In a few words. */
    String whatBecameOfIt(Imprint later) {
        if (!isWhole || !later.isWhole) {
            return "too much to compare";
        }
        long gone = files.keySet().stream()
                .filter(name -> !later.files.containsKey(name))
                .count();
        long back = later.files.keySet().stream()
                .filter(name -> !files.containsKey(name))
                .count();
        long changed = files.entrySet().stream()
                .filter(file -> later.files.containsKey(file.getKey())
                        && !file.getValue().equals(later.files.get(file.getKey())))
                .count();
        return "of " + files.size() + " files " + changed + " lost writes, " + gone + " are gone, " + back
                + " deleted ones are back";
    }
}
