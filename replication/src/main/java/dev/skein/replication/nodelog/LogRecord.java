package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;

/**
 * One record of a group's Raft log.
 *
 * @param kind what the payload is
 * @param index Raft index, from 1
 * @param term Raft term
 * @param payload the bytes; the log never changes its position and never keeps it after an append has returned
 */
public record LogRecord(Kind kind, long index, long term, ByteBuffer payload) {

    /** What a record's payload is. The order is the format. */
    public enum Kind {
        /** A state machine's entry. */
        DATA,
        /** A Raft configuration, in the Raft library's encoding. */
        CONFIGURATION,
        /** Nothing: a new leader's first entry. */
        NO_OP
    }

    /** A data record. */
    public static LogRecord data(long index, long term, byte[] payload) {
        return new LogRecord(Kind.DATA, index, term, ByteBuffer.wrap(payload));
    }
}
