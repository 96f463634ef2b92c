package dev.skein.systemtests.launch;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the {@code ready ...} line of a process in what it has appended to its log since it was started. */
final class ReadyLine {

    private static final int EVIDENCE_LINES = 15;

    private final Path log;
    private final long startOffset;

    /** Remembers the log's present end; create it just before the process. */
    ReadyLine(Path log) throws IOException {
        this.log = log;
        this.startOffset = Files.exists(log) ? Files.size(log) : 0;
    }

    Optional<String> find() throws IOException {
        return lines().stream().filter(line -> line.startsWith("ready ")).findFirst();
    }

    /** The last lines, for an error message. */
    String evidence() throws IOException {
        List<String> lines = lines();
        return String.join("\n  ", lines.subList(Math.max(0, lines.size() - EVIDENCE_LINES), lines.size()));
    }

    private List<String> lines() throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (var channel = Files.newByteChannel(log)) {
            channel.position(startOffset);
            byte[] bytes = Channels.newInputStream(channel).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
    }
}
