package dev.skein.router.gossip;

/** Room for records in one message; what doesn't fit follows in later exchanges. */
final class RecordBudget {

    /** A quarter of what gRPC takes, so that digests always fit beside the records. */
    private static final int RECORDS_BYTES_MAX = 1 << 20;

    private int left = RECORDS_BYTES_MAX;

    /** Takes room if there is some; a smaller record may still fit after a larger one didn't. */
    boolean take(int bytes) {
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }
}
