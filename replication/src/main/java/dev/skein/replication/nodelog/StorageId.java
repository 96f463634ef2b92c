package dev.skein.replication.nodelog;

import dev.skein.core.Checks;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

/**
 * Identity of a node's storage: made with the directory, different after every wipe. It is in every segment and seeds every
 * record's checksum, so that a file or a sector of another storage never passes for this one's.
 *
 * @param high first 8 bytes
 * @param low last 8 bytes
 */
public record StorageId(long high, long low) {

    /** A new identity. */
    public static StorageId random(Random random) {
        return new StorageId(random.nextLong(), random.nextLong());
    }

    /** Reads 32 hexadecimal digits. */
    public static StorageId parse(String hex) {
        Checks.check(hex.matches("[0-9a-f]{32}"), "storage", hex, "32 hexadecimal digits");
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        return new StorageId(bytes.getLong(), bytes.getLong());
    }

    /** The 16 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
