package dev.skein.replication.disk;

/** What this node's disk lets it do now. Asked often, from any thread; answers at once. */
public interface DiskFitness {

    /** A disk that is always well. */
    DiskFitness WELL = new DiskFitness() {};

    /** Whether requests of other nodes may be handled: each of them may wait for the disk, some while holding a group's lock. */
    default boolean takesRequests() {
        return true;
    }

    /** Whether data may still be added to this node's log. */
    default boolean takesEntries() {
        return true;
    }

    /** Whether this node may go on as leader. When it may not, it falls silent, and its followers elect another. */
    default boolean mayLead() {
        return true;
    }

    /** Whether this node may ask for votes. */
    default boolean mayStand() {
        return true;
    }

    /** Whether leaderships may be handed to this node, and left with it when another node could have them. */
    default boolean wantsLeadership() {
        return true;
    }

    /** Whether there is room for what only saves time later, such as snapshots. */
    default boolean hasRoom() {
        return true;
    }
}
