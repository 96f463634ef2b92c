package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** The Raft log as message store. Thread-safe; may wait for the disk. */
public interface EntrySource {

    /** Bytes of a committed shard entry, also below Raft's own first index; empty when the log doesn't have it. */
    Optional<ByteString> read(long index);
}
