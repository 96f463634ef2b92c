package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;

/**
 * A record about to be copied forward.
 *
 * @param group its group's number
 * @param position where it was read
 * @param record the record, with its own copy of the bytes
 */
record LiveRecord(int group, long position, LogRecord record) {

    static LiveRecord copyOf(Frame frame, long position) {
        ByteBuffer bytes = ByteBuffer.allocate(frame.payload().remaining());
        bytes.put(frame.payload().duplicate()).flip();
        return new LiveRecord(frame.group(), position, new LogRecord(frame.kind(), frame.index(), frame.term(), bytes));
    }

    int frameBytes() {
        return Frame.paddedBytes(record.payload().remaining());
    }
}
