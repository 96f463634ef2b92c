package dev.skein.replication.link;

import dev.skein.replication.disk.DiskFitness;

/** A disk whose states a test chooses. */
final class SwitchedDisk implements DiskFitness {

    volatile boolean stalled;
    volatile boolean full;

    @Override
    public boolean takesRequests() {
        return !stalled;
    }

    @Override
    public boolean takesEntries() {
        return !full;
    }

    @Override
    public boolean mayLead() {
        return !stalled;
    }

    @Override
    public boolean mayStand() {
        return !stalled;
    }

    @Override
    public boolean wantsLeadership() {
        return !stalled && !full;
    }
}
