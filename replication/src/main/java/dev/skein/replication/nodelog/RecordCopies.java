package dev.skein.replication.nodelog;

import java.util.Optional;

/** Where a record that has rotted here may be had: on other nodes. */
public interface RecordCopies {

    /**
     * A committed record as another replica of the group has it, of any kind; blocks for the network.
     *
     * @return empty when nobody who can be asked has it now
     */
    Optional<LogRecord> copy(String group, long index);

    /** Nobody to ask. */
    static RecordCopies none() {
        return (group, index) -> Optional.empty();
    }
}
