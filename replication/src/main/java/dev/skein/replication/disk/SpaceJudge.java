package dev.skein.replication.disk;

import dev.skein.replication.DiskRules;

/** Decides from the free bytes how much a node may still write, with a distance between turning bad and turning good. Used by one thread. */
final class SpaceJudge {

    enum Room {
        /** Enough. */
        ENOUGH,
        /** Nothing new is taken in as leader. */
        LOW,
        /** Nothing at all is added to the log. */
        NONE
    }

    private final DiskRules rules;
    private Room room = Room.ENOUGH;

    SpaceJudge(DiskRules rules) {
        this.rules = rules;
    }

    Room judge(long freeBytes) {
        if (freeBytes < rules.freeBytesLast()) {
            room = Room.NONE;
        } else if (freeBytes < rules.freeBytesMin()) {
            // Out of NONE only by half the way up, so that single appends don't swing it.
            boolean stillNone = room == Room.NONE && freeBytes < rules.freeBytesMin() / 2;
            room = stillNone ? Room.NONE : Room.LOW;
        } else if (room != Room.ENOUGH) {
            room = freeBytes >= rules.freeBytesEnough() ? Room.ENOUGH : Room.LOW;
        }
        return room;
    }
}
