package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.wire.ByteRange;
import dev.skein.wire.SectionView;
import dev.skein.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A serialised {@link ShardEntry}, read where it lies. A section is looked at when it is asked for. */
final class EntryView {

    private final List<ByteRange> sections = new ArrayList<>();
    private final List<PresenceChange> presence = new ArrayList<>();
    private long timeMillis;
    private long trimBeforeMillis;
    private @Nullable ShardPolicy policy;

    private EntryView() {}

    static EntryView of(ByteString bytes) throws InvalidProtocolBufferException {
        ByteRange range = ByteRange.of(bytes);
        EntryView entry = new EntryView();
        WireReader in = new WireReader(range.array(), range.from(), range.to());
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            entry.field(tag, range.array(), in);
        }
        return entry;
    }

    long timeMillis() {
        return timeMillis;
    }

    /** 0: nothing goes. */
    long trimBeforeMillis() {
        return trimBeforeMillis;
    }

    @Nullable
    ShardPolicy policy() {
        return policy;
    }

    int sections() {
        return sections.size();
    }

    SectionView section(int ordinal) throws InvalidProtocolBufferException {
        return SectionView.of(sections.get(ordinal));
    }

    List<PresenceChange> presence() {
        return presence;
    }

    private void field(int tag, byte[] array, WireReader in) throws InvalidProtocolBufferException {
        int field = WireFormat.getTagFieldNumber(tag);
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                int length = in.length();
                bytes(field, new ByteRange(array, in.position() - length, in.position()));
            }
            case WireFormat.WIRETYPE_VARINT -> number(field, in.varint());
            default -> in.skip(tag);
        }
    }

    private void bytes(int field, ByteRange value) throws InvalidProtocolBufferException {
        if (field == ShardEntry.SECTIONS_FIELD_NUMBER) {
            sections.add(value);
        } else if (field == ShardEntry.POLICY_FIELD_NUMBER) {
            policy = ShardPolicy.parseFrom(value.toByteString());
        } else if (field == ShardEntry.PRESENCE_FIELD_NUMBER) {
            presence.add(PresenceChange.parseFrom(value.toByteString()));
        }
    }

    private void number(int field, long value) {
        if (field == ShardEntry.TIME_MS_FIELD_NUMBER) {
            timeMillis = value;
        } else if (field == ShardEntry.TRIM_BEFORE_MS_FIELD_NUMBER) {
            trimBeforeMillis = value;
        }
    }
}
