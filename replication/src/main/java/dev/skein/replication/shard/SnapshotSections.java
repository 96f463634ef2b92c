package dev.skein.replication.shard;

import dev.skein.replication.Mutation;
import java.util.List;

/**
 * Which tables a snapshot carries.
 *
 * @param tables of {@link Keys}; the progress row comes by itself
 */
record SnapshotSections(List<Byte> tables) {

    static final List<Byte> MESSAGES = List.of(Keys.HEADS, Keys.RUNS, Keys.ENTRIES);
    private static final List<Byte> ALL = List.of(
            Keys.HEADS,
            Keys.RUNS,
            Keys.ENTRIES,
            Keys.PRODUCERS,
            Keys.PRODUCER_CHECKS,
            Keys.SEQUENCES,
            Keys.MESSAGE_IDS,
            Keys.ID_EXPIRY,
            Keys.HOLDERS,
            Keys.MEMBERS,
            Keys.HELD,
            Keys.MEMBER_COUNTS,
            Keys.MEMBER_USERS);

    /** Everything; the switch is for checking that the checkers notice when something is missing. */
    static SnapshotSections all() {
        return new SnapshotSections(Mutation.SNAPSHOT_WITHOUT_DEDUP.isOn() ? MESSAGES : ALL);
    }
}
