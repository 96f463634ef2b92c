package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Files of the node log with any content: refused as damaged, or read as they were written. */
final class LogFilesFuzzTest {

    private static final StorageId STORAGE = StorageId.parse("00112233445566778899aabbccddeeff");
    private static final int SEGMENT_BYTES = 64 << 10;

    @TempDir
    Path directory;

    @FuzzTest(maxDuration = "1m")
    void frames(byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        if (Frame.plausible(source, 0, bytes.length) && Frame.valid(source, 0, STORAGE, 64)) {
            Frame frame = Frame.decode(source, 0);
            assertEquals(source.getInt(0), Frame.HEADER_BYTES + frame.payload().remaining());
        }
    }

    @FuzzTest(maxDuration = "1m")
    void slotFiles(byte[] bytes) throws IOException {
        Path path = Files.createTempFile("slots", "");
        try {
            Files.write(path, bytes);
            Optional<SlotFile> file = SlotFile.open(path);
            file.orElseThrow().close();
        } catch (NodeLogDamagedException refused) {
            return;
        } finally {
            Files.delete(path);
        }
    }

    /** The bytes become frames with right checksums, after an empty checkpoint unless they begin with one of their own. */
    @FuzzTest(maxDuration = "1m")
    void segments(byte[] bytes) throws IOException {
        if (!Files.exists(directory.resolve("floor"))) {
            DurableFloor.create(directory, STORAGE).close();
        }
        Files.write(directory.resolve("00000001.log"), segment(bytes));
        Segments segments = new Segments(directory);
        Groups groups = new Groups(segments);
        try {
            Recovery.recover(STORAGE, segments, groups).close();
            segments.close();
            groups.all().forEach(group -> assertEquals(0, group.firstLost()));
        } catch (NodeLogDamagedException refused) {
            return;
        }
    }

    /** A frame of the input: type, kind, group, index, term, length of the payload, payload. */
    private static byte[] segment(byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        ByteBuffer target = ByteBuffer.allocate(SEGMENT_BYTES);
        SegmentHeader.encode(target, 1, STORAGE);
        if (bytes.length == 0 || bytes[0] != FrameType.CHECKPOINT.ordinal()) {
            ByteBuffer empty = ByteBuffer.wrap(new Groups(new Segments(Path.of("none"))).checkpoint());
            encode(new Frame(FrameType.CHECKPOINT, LogRecord.Kind.DATA, 0, 0, 0, 0, empty), target);
        }
        while (source.remaining() >= 20 && target.remaining() > 512) {
            encode(frame(source), target);
        }
        return Arrays.copyOf(target.array(), target.position());
    }

    private static Frame frame(ByteBuffer source) {
        FrameType type = FrameType.values()[(source.get() & 0xFF) % FrameType.values().length];
        LogRecord.Kind kind = LogRecord.Kind.values()[(source.get() & 0xFF) % LogRecord.Kind.values().length];
        int group = source.get();
        long index = source.getLong();
        long term = source.getLong();
        int bytes = Math.min(source.get() & 0xFF, source.remaining());
        ByteBuffer payload = source.slice(source.position(), bytes);
        source.position(source.position() + bytes);
        return new Frame(type, kind, group, 0, index, term, payload);
    }

    private static void encode(Frame frame, ByteBuffer target) {
        frame.encode(target, STORAGE, Positions.of(1, target.position()));
    }

    @FuzzTest(maxDuration = "1m")
    void floors(byte[] bytes) throws IOException {
        byte[] value = Arrays.copyOf(bytes, Math.min(bytes.length, SlotFile.VALUE_BYTES_MAX));
        SlotFile.create(directory.resolve("floor"), value).close();
        try (DurableFloor floor = DurableFloor.open(directory, STORAGE).orElseThrow()) {
            assertEquals(ByteBuffer.wrap(value).getLong(16), floor.position());
        } catch (NodeLogDamagedException refused) {
            return;
        }
    }

    @FuzzTest(maxDuration = "1m")
    void identities(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            assertEquals(text, StorageIdentity.parse(Path.of("data"), text).text());
        } catch (StorageRefusedException refused) {
            return;
        }
    }
}
