package dev.skein.cli;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

final class ChatFileFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void everyLineIsAMessageOrMalformed(byte[] bytes) throws IOException {
        Path path = Files.createTempFile("chat", ".tsv");
        try {
            Files.write(path, bytes);
            readAll(path);
        } finally {
            Files.delete(path);
        }
    }

    private static void readAll(Path path) {
        try (ChatFile file = ChatFile.open(path)) {
            for (boolean more = true; more; ) {
                more = hasNext(file);
            }
        } catch (IOException notGzip) {
            return;
        }
    }

    private static boolean hasNext(ChatFile file) throws IOException {
        try {
            Optional<ChatMessage> next = file.next();
            return next.isPresent();
        } catch (MalformedLineException refused) {
            return true;
        }
    }
}
