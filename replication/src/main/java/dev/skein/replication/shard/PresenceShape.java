package dev.skein.replication.shard;

import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a change of presence must look like, whoever made it. */
public final class PresenceShape {

    private PresenceShape() {}

    /** What is wrong with a change as a whole. */
    public static Optional<Error> malformed(PresenceChange change) {
        int members = change.getEntersCount() + change.getLeavesCount();
        if (change.getHolder().size() != Keys.HOLDER_BYTES) {
            return wrong("holder", change.getHolder().size() + " bytes", Keys.HOLDER_BYTES + " bytes");
        }
        if (members > Limits.MEMBERS_PER_CHANGE_MAX) {
            return wrong("members of a change", members, "at most " + Limits.MEMBERS_PER_CHANGE_MAX);
        }
        if (change.getSerializedSize() > Limits.PRESENCE_CHANGE_BYTES_MAX) {
            return wrong(
                    "change", change.getSerializedSize() + " bytes", "at most " + Limits.PRESENCE_CHANGE_BYTES_MAX);
        }
        return Optional.empty();
    }

    /** What is wrong with one that wants to enter. */
    public static Optional<Error> malformed(PresenceEnter enter) {
        if (!isChannel(enter.getChannel())) {
            return Optional.of(Refusals.channel(enter.getChannel()));
        }
        int client = bytes(enter.getClient());
        if (client < 1 || client > Limits.MEMBER_CLIENT_BYTES_MAX) {
            return wrong("client", client + " bytes", "1 to " + Limits.MEMBER_CLIENT_BYTES_MAX);
        }
        if (bytes(enter.getUser()) > Limits.MEMBER_USER_BYTES_MAX) {
            return wrong("user", bytes(enter.getUser()) + " bytes", "at most " + Limits.MEMBER_USER_BYTES_MAX);
        }
        int info = Math.max(enter.getInfo().size(), enter.getChannelInfo().size());
        if (info > Limits.MEMBER_INFO_BYTES_MAX) {
            return wrong("info", info + " bytes", "at most " + Limits.MEMBER_INFO_BYTES_MAX);
        }
        return Optional.empty();
    }

    /** Whether it is a whole name of a channel; of such ones only are there rows. */
    static boolean isChannel(String channel) {
        try {
            return ChannelName.parse(channel).full().equals(channel);
        } catch (IllegalArgumentException invalid) {
            return false;
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Optional<Error> wrong(String name, Object value, String expected) {
        return Optional.of(Refusals.malformed(name, value, expected));
    }
}
