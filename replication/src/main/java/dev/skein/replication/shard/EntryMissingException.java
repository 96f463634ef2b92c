package dev.skein.replication.shard;

/** A retained message's entry isn't in the log: the log lost something, or it is still being fetched after a snapshot. */
public final class EntryMissingException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final long index;

    EntryMissingException(long index, String channel, long serial) {
        super("entry " + index + " is missing; it holds " + channel + " from serial " + serial);
        this.index = index;
    }

    /** Raft index of the entry. */
    public long index() {
        return index;
    }
}
