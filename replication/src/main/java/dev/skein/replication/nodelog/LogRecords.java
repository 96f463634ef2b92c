package dev.skein.replication.nodelog;

import dev.skein.core.Checks;
import java.util.List;

/** What every log checks before it takes something. */
final class LogRecords {

    /** Largest payload of a record. */
    static final int PAYLOAD_BYTES_MAX = Frame.BYTES_MAX - Frame.HEADER_BYTES;

    private LogRecords() {}

    static void checkAppend(List<LogRecord> records, long last, long lastTerm) {
        long index = last;
        long term = lastTerm;
        for (LogRecord record : records) {
            Checks.check(record.index() == index + 1, "index", record.index(), String.valueOf(index + 1));
            Checks.check(record.term() >= term && record.term() > 0, "term", record.term(), term + " or more");
            checkPayload(record);
            index++;
            term = record.term();
        }
    }

    static void checkPayload(LogRecord record) {
        int bytes = record.payload().remaining();
        Checks.check(bytes <= PAYLOAD_BYTES_MAX, "payload", bytes, "at most " + PAYLOAD_BYTES_MAX + " bytes");
    }

    static void checkReset(long nextIndex) {
        Checks.check(nextIndex > 0, "nextIndex", nextIndex, "1 or more");
    }

    static void checkTruncateSuffix(String group, long lastKept, long first, long committed) {
        Checks.check(lastKept >= first - 1, "lastKept", lastKept, (first - 1) + " or more");
        if (lastKept < committed) {
            throw new IllegalStateException(
                    group + ": asked to take back committed records above " + lastKept + " up to " + committed);
        }
    }
}
