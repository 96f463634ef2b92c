package dev.skein.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatFileTest {

    @TempDir
    private Path directory;

    @Test
    void readsFieldsAndEscapes() throws Exception {
        try (ChatFile file = plain("12\troom/a\tann\tone\\ttwo\\nthree\\\\four\\r\n")) {
            assertEquals(Optional.of(new ChatMessage(1, 12, "room/a", "ann", "one\ttwo\nthree\\four\r")), file.next());
            assertEquals(Optional.empty(), file.next());
        }
    }

    @Test
    void splitsOnLineFeedsOnly() throws Exception {
        try (ChatFile file = plain("1\tr\ts\ta\rb\u2028c\n2\tr\ts\tlast")) {
            assertEquals("a\rb\u2028c", file.next().orElseThrow().text());
            assertEquals("last", file.next().orElseThrow().text());
        }
    }

    @Test
    void readsGzippedFiles() throws Exception {
        Path path = directory.resolve("chat.tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write("5\tr\ts\ttext\n".getBytes(StandardCharsets.UTF_8));
        }
        try (ChatFile file = ChatFile.open(path)) {
            assertEquals(5, file.next().orElseThrow().timeMillis());
        }
    }

    @Test
    void namesLineFieldAndValueAndGoesOnBehind() throws Exception {
        try (ChatFile file = plain("1\tr\ts\tx\nsoon\tr\ts\tx\n3\tr\ts\n4\t\ts\tx\n5\tr\ts\t\\q\n6\tr\ts\tx\n")) {
            file.next();
            assertFails(file, 2, "ts_ms", "line 2, ts_ms: \"soon\" (expected: milliseconds since 1970)");
            assertFails(
                    file,
                    3,
                    "line",
                    "line 3, line: 3 fields (expected: ts_ms, channel, sender and text, separated by tabs)");
            assertFails(
                    file,
                    4,
                    "channel",
                    "line 4, channel: \"\" (expected: 1 to 256 bytes of UTF-8 without control characters)");
            assertFails(file, 5, "text", "line 5, text: \"\\q\" (expected: only the escapes \\\\, \\t, \\n and \\r)");
            assertEquals(6, file.next().orElseThrow().line());
        }
    }

    @Test
    void refusesALineThatIsNotUtf8() throws Exception {
        Path path = directory.resolve("bad.tsv");
        Files.write(path, new byte[] {'1', '\t', 'r', '\t', 's', '\t', (byte) 0xff, '\n'});
        try (ChatFile file = ChatFile.open(path)) {
            assertFails(file, 1, "line", "line 1, line: 7 bytes (expected: UTF-8)");
        }
    }

    @Test
    void refusesALineWithoutEnd() throws Exception {
        try (ChatFile file = plain("1\tr\ts\t" + "x".repeat(2 << 20) + "\n2\tr\ts\tx\n")) {
            assertFails(file, 1, "line", "line 1, line: 2097158 bytes (expected: at most 1048576)");
            assertEquals(2, file.next().orElseThrow().line());
        }
    }

    private static void assertFails(ChatFile file, long line, String field, String message) {
        MalformedLineException bad = assertThrows(MalformedLineException.class, file::next);
        assertEquals(line, bad.line());
        assertEquals(field, bad.field());
        assertEquals(message, bad.getMessage());
    }

    private ChatFile plain(String content) throws IOException {
        Path path = directory.resolve("chat.tsv");
        Files.writeString(path, content);
        return ChatFile.open(path);
    }
}
