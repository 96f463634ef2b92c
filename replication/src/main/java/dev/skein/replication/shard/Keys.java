package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of a shard's rows. The first byte is the table. Numbers are big-endian, so that rows sort by them; a channel's name ends
 * with a zero byte, which no name contains, so that no name is a prefix of another's rows.
 */
final class Keys {

    /** One row: {@link Progress}. */
    static final byte META = 'M';
    /** Channel name to {@link ChannelHead}. */
    static final byte HEADS = 'H';
    /** Channel name, first serial to a full {@link RunBlock}. */
    static final byte RUNS = 'R';
    /** Raft index to the {@link EntryRuns} of that entry: retention in log order. */
    static final byte ENTRIES = 'E';
    /** Producer to {@link Producer}. */
    static final byte PRODUCERS = 'P';
    /** Time, producer: when to look whether it fell silent; one row per producer. */
    static final byte PRODUCER_CHECKS = 'Q';
    /** Producer, first sequence to {@link RememberedSection}. */
    static final byte SEQUENCES = 'S';
    /** Channel name, message id to the original's place. */
    static final byte MESSAGE_IDS = 'I';
    /** Raft index to time and message ids of that entry: when to forget them. */
    static final byte ID_EXPIRY = 'X';

    /** Holder to {@link PresenceHolder}. */
    static final byte HOLDERS = 'L';
    /** Channel name, client to {@link PresenceRow}. */
    static final byte MEMBERS = 'N';
    /** Holder, channel name, client to nothing: whose members leave with it. */
    static final byte HELD = 'O';
    /** Channel name to its numbers of members and users. */
    static final byte MEMBER_COUNTS = 'C';
    /** Channel name, user to the number of its members. */
    static final byte MEMBER_USERS = 'U';

    static final int PRODUCER_BYTES = 16;
    static final int HOLDER_BYTES = 16;

    private static final byte NAME_END = 0;

    private Keys() {}

    /** Where a table starts. */
    static byte[] start(byte table) {
        return new byte[] {table};
    }

    /** Where a table ends, exclusive. */
    static byte[] end(byte table) {
        return new byte[] {(byte) (table + 1)};
    }

    static byte[] meta() {
        return start(META);
    }

    static byte[] head(String channel) {
        return named(HEADS, channel, 0).array();
    }

    static byte[] head(ChannelHead head) {
        return named(HEADS, head.name, 0).array();
    }

    /** Of the block that starts with a serial. */
    static byte[] run(String channel, long firstSerial) {
        return named(RUNS, channel, Long.BYTES).putLong(firstSerial).array();
    }

    /** Past the last block of a channel. */
    static byte[] runsEnd(String channel) {
        byte[] key = named(RUNS, channel, 0).array();
        key[key.length - 1] = NAME_END + 1;
        return key;
    }

    /** Where the rows of an index, or after it, start in a table that is ordered by index or time. */
    static byte[] numbered(byte table, long number) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(table).putLong(number).array();
    }

    static byte[] producer(ByteString producer) {
        ByteBuffer key = ByteBuffer.allocate(1 + PRODUCER_BYTES).put(PRODUCERS);
        producer.copyTo(key);
        return key.array();
    }

    static byte[] producerCheck(long time, ByteString producer) {
        ByteBuffer key = ByteBuffer.allocate(1 + Long.BYTES + PRODUCER_BYTES)
                .put(PRODUCER_CHECKS)
                .putLong(time);
        producer.copyTo(key);
        return key.array();
    }

    static byte[] sequence(ByteString producer, long sequence) {
        ByteBuffer key = ByteBuffer.allocate(1 + PRODUCER_BYTES + Long.BYTES).put(SEQUENCES);
        producer.copyTo(key);
        return key.putLong(sequence).array();
    }

    static byte[] messageId(String channel, ByteString id) {
        ByteBuffer key = named(MESSAGE_IDS, channel, id.size());
        id.copyTo(key);
        return key.array();
    }

    static byte[] holder(ByteString holder) {
        return of(HOLDERS, holder, 0).array();
    }

    /** Holder of a {@link #HOLDERS} key. */
    static ByteString holder(byte[] key) {
        return ByteString.copyFrom(key, 1, HOLDER_BYTES);
    }

    static byte[] member(String channel, String client) {
        byte[] end = client.getBytes(StandardCharsets.UTF_8);
        return named(MEMBERS, channel, end.length).put(end).array();
    }

    /** Where a channel's members begin. */
    static byte[] members(String channel) {
        return named(MEMBERS, channel, 0).array();
    }

    /** Past the last member of a channel. */
    static byte[] membersEnd(String channel) {
        byte[] key = named(MEMBERS, channel, 0).array();
        key[key.length - 1] = NAME_END + 1;
        return key;
    }

    /** Client of a {@link #MEMBERS} key of this channel. */
    static String memberClient(byte[] key, String channel) {
        int from = 2 + channel.getBytes(StandardCharsets.UTF_8).length;
        return new String(key, from, key.length - from, StandardCharsets.UTF_8);
    }

    static byte[] memberCounts(String channel) {
        return named(MEMBER_COUNTS, channel, 0).array();
    }

    static byte[] memberUser(String channel, String user) {
        byte[] end = user.getBytes(StandardCharsets.UTF_8);
        return named(MEMBER_USERS, channel, end.length).put(end).array();
    }

    static byte[] held(ByteString holder, String channel, String client) {
        byte[] name = channel.getBytes(StandardCharsets.UTF_8);
        byte[] end = client.getBytes(StandardCharsets.UTF_8);
        return of(HELD, holder, name.length + 1 + end.length)
                .put(name)
                .put(NAME_END)
                .put(end)
                .array();
    }

    /** Where what a holder holds begins. */
    static byte[] held(ByteString holder) {
        return of(HELD, holder, 0).array();
    }

    /** Channel of a {@link #HELD} key. */
    static String heldChannel(byte[] key) {
        return new String(key, 1 + HOLDER_BYTES, heldNameEnd(key) - 1 - HOLDER_BYTES, StandardCharsets.UTF_8);
    }

    /** Client of a {@link #HELD} key. */
    static String heldClient(byte[] key) {
        int from = heldNameEnd(key) + 1;
        return new String(key, from, key.length - from, StandardCharsets.UTF_8);
    }

    private static int heldNameEnd(byte[] key) {
        int at = 1 + HOLDER_BYTES;
        while (key[at] != NAME_END) {
            at++;
        }
        return at;
    }

    private static ByteBuffer of(byte table, ByteString holder, int more) {
        ByteBuffer key = ByteBuffer.allocate(1 + HOLDER_BYTES + more).put(table);
        holder.copyTo(key);
        return key;
    }

    /** The number right behind the table byte. */
    static long number(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    /** First serial of a {@link #RUNS} key; sequence of a {@link #SEQUENCES} key. */
    static long lastNumber(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    /** Channel of a {@link #HEADS} key. */
    static String headChannel(byte[] key) {
        return new String(key, 1, key.length - 2, StandardCharsets.UTF_8);
    }

    /** Producer of a {@link #PRODUCER_CHECKS} key. */
    static ByteString checkedProducer(byte[] key) {
        return ByteString.copyFrom(key, 1 + Long.BYTES, PRODUCER_BYTES);
    }

    /** The next key in order: turns an inclusive bound into an exclusive one and the other way round. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static ByteBuffer named(byte table, String channel, int more) {
        return named(table, channel.getBytes(StandardCharsets.UTF_8), more);
    }

    private static ByteBuffer named(byte table, byte[] name, int more) {
        return ByteBuffer.allocate(1 + name.length + 1 + more)
                .put(table)
                .put(name)
                .put(NAME_END);
    }
}
