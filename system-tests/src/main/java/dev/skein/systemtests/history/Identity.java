package dev.skein.systemtests.history;

import dev.skein.client.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** What makes a message recognisable: its number in its payload, the payload's checksum, its producer sequence. */
public final class Identity {

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private Identity() {}

    /** The payload of a message: {@code #id sender: text}. */
    public static byte[] payload(int id, String sender, String text) {
        return ("#" + id + " " + sender + ": " + text).getBytes(StandardCharsets.UTF_8);
    }

    /** The id in a payload, -1 when there is none. */
    public static long idIn(Payload payload) {
        ByteBuffer bytes = payload.asReadOnlyBuffer();
        if (!bytes.hasRemaining() || bytes.get() != '#') {
            return -1;
        }
        long id = 0;
        while (bytes.hasRemaining()) {
            int digit = bytes.get() - '0';
            if (digit < 0 || digit > 9) {
                return id;
            }
            id = id * 10 + digit;
            if (id > Integer.MAX_VALUE) {
                return -1;
            }
        }
        return id;
    }

    /** CRC32C, as replicas compute it. */
    public static int crc(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    /**
     * One number for a producer and its sequence; 0 without a producer.
     *
     * @param shard one number for the shard, since producers number their messages by shard
     */
    public static long producer(Payload producer, long sequence, long shard) {
        if (producer.size() == 0) {
            return 0;
        }
        long mixed = sequence + shard * MIX;
        ByteBuffer bytes = producer.asReadOnlyBuffer();
        while (bytes.hasRemaining()) {
            mixed = (mixed ^ bytes.get()) * MIX;
            mixed ^= mixed >>> 29;
        }
        return mixed == 0 ? 1 : mixed;
    }
}
