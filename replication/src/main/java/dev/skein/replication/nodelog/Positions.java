package dev.skein.replication.nodelog;

/** A place in the log as one number: segment in the upper, offset in the lower 32 bits. Later places are larger. */
final class Positions {

    private Positions() {}

    static long of(int segment, long offset) {
        return ((long) segment << 32) | offset;
    }

    static int segment(long position) {
        return (int) (position >>> 32);
    }

    static long offset(long position) {
        return position & 0xffff_ffffL;
    }
}
