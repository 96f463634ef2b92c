package dev.skein.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Reads recorded chat: UTF-8, one message a line, split on LF only, four fields separated by tabs ({@code ts_ms}, {@code channel}, {@code sender},
 * {@code text}), with the escapes {@code \\}, {@code \t}, {@code \n} and {@code \r}. Gzipped or not. Not thread-safe.
 */
public final class ChatFile implements AutoCloseable {

    private static final int LINE_BYTES_MAX = 1 << 20;
    private static final int ROOM_BYTES_MAX = 256;
    private static final int SHOWN_MAX = 60;
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final String[] FIELDS = {"ts_ms", "channel", "sender", "text"};

    private final InputStream in;
    private long line;

    private ChatFile(InputStream in) {
        this.in = in;
    }

    /** Opens a file. */
    public static ChatFile open(Path path) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        raw.mark(2);
        int magic = (raw.read() << 8) | raw.read();
        raw.reset();
        return new ChatFile(
                magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw);
    }

    /**
     * The next message, or empty at the end.
     *
     * @throws MalformedLineException when the line can't be read; the next call goes on with the line behind it
     */
    public Optional<ChatMessage> next() throws IOException, MalformedLineException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        int length = readLine(bytes);
        if (length < 0) {
            return Optional.empty();
        }
        line++;
        if (length > LINE_BYTES_MAX) {
            throw new MalformedLineException(line, "line", length + " bytes", "at most " + LINE_BYTES_MAX);
        }
        return Optional.of(parse(decode(bytes.toByteArray())));
    }

    /** Lines read so far. */
    public long lines() {
        return line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Gives the line's length, -1 at the end; keeps no more bytes than a line may have. */
    private int readLine(ByteArrayOutputStream bytes) throws IOException {
        int length = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return length;
            }
            if (length++ < LINE_BYTES_MAX) {
                bytes.write(next);
            }
        }
        return length == 0 ? -1 : length;
    }

    private String decode(byte[] bytes) throws MalformedLineException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedLineException(line, "line", bytes.length + " bytes", "UTF-8");
        }
    }

    private ChatMessage parse(String text) throws MalformedLineException {
        String[] fields = text.split("\t", -1);
        if (fields.length != FIELDS.length) {
            throw new MalformedLineException(
                    line, "line", fields.length + " fields", "ts_ms, channel, sender and text, separated by tabs");
        }
        return new ChatMessage(
                line, time(fields[0]), room(unescape(1, fields[1])), unescape(2, fields[2]), unescape(3, fields[3]));
    }

    private long time(String value) throws MalformedLineException {
        try {
            long time = Long.parseLong(value);
            if (time >= 0) {
                return time;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below.
        }
        throw new MalformedLineException(line, FIELDS[0], shown(value), "milliseconds since 1970");
    }

    private String room(String value) throws MalformedLineException {
        boolean valid = !value.isEmpty()
                && value.getBytes(StandardCharsets.UTF_8).length <= ROOM_BYTES_MAX
                && value.codePoints().noneMatch(Character::isISOControl);
        if (!valid) {
            throw new MalformedLineException(
                    line,
                    FIELDS[1],
                    shown(value),
                    "1 to " + ROOM_BYTES_MAX + " bytes of UTF-8 without control characters");
        }
        return value;
    }

    private String unescape(int field, String value) throws MalformedLineException {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\') {
                plain.append(c);
            } else {
                plain.append(escaped(field, value, ++i));
            }
        }
        return plain.toString();
    }

    private char escaped(int field, String value, int at) throws MalformedLineException {
        char code = at < value.length() ? value.charAt(at) : 0;
        return switch (code) {
            case '\\' -> '\\';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default ->
                throw new MalformedLineException(
                        line, FIELDS[field], shown(value), "only the escapes \\\\, \\t, \\n and \\r");
        };
    }

    private static String shown(String value) {
        StringBuilder visible = new StringBuilder("\"");
        value.codePoints()
                .limit(SHOWN_MAX)
                .forEach(c -> visible.append(
                        Character.isISOControl(c) ? String.format("\\u%04x", c) : Character.toString(c)));
        return visible.append(value.length() > SHOWN_MAX ? "...\"" : "\"").toString();
    }
}
