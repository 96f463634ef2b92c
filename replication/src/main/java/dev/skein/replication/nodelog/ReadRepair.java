package dev.skein.replication.nodelog;

/** What a reader does that met bytes which are not what was written. Thread-safe. */
public interface ReadRepair {

    /**
     * Has the place mended in the background.
     *
     * @param damaged what the read threw
     * @param wait whether to wait for a while; only where a read may block for the disk anyway
     * @return true: it is mended, read again
     */
    boolean mend(NodeLogDamagedException damaged, boolean wait);
}
