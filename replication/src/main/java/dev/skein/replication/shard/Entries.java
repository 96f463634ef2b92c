package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import dev.skein.proto.replication.v1.ShardEntry;
import java.io.IOException;

/** Reads shard entries. */
final class Entries {

    private Entries() {}

    /** The entry; its messages refer to {@code bytes} rather than copying them. */
    static ShardEntry parse(ByteString bytes) throws IOException {
        CodedInputStream input = bytes.newCodedInput();
        input.enableAliasing(true);
        ShardEntry entry = ShardEntry.parseFrom(input);
        input.checkLastTagWas(0);
        return entry;
    }
}
