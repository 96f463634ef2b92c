package dev.skein.replication.nodelog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Records for tests: each says its index. */
final class Records {

    private Records() {}

    static List<LogRecord> data(long from, long to, long term) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(index -> LogRecord.data(index, term, ("index " + index).getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    static List<LogRecord> sized(long from, long to, long term, int bytes) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(index -> LogRecord.data(index, term, filled(index, bytes)))
                .toList();
    }

    static byte[] filled(long index, int bytes) {
        byte[] payload = new byte[bytes];
        java.util.Arrays.fill(payload, (byte) (index * 31 + 1));
        return payload;
    }

    static String text(Optional<LogRecord> record) {
        return StandardCharsets.UTF_8
                .decode(record.orElseThrow().payload().duplicate())
                .toString();
    }
}
