package dev.skein.server.access;

import dev.skein.core.ChannelPattern;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.Permission;
import java.util.ArrayList;
import java.util.List;

/** What a credential allows. Whatever no capability names is denied. Immutable. */
public final class Capabilities {

    private final List<Entry> entries;

    private Capabilities(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads capabilities that were checked when they were made.
     *
     * @throws IllegalArgumentException when a pattern is none
     */
    static Capabilities of(List<Capability> capabilities) {
        List<Entry> entries = new ArrayList<>();
        for (Capability each : capabilities) {
            int mask = 0;
            for (Permission permission : each.getPermissionsList()) {
                mask |= bit(permission);
            }
            entries.add(new Entry(ChannelPattern.parse(each.getChannels()), mask));
        }
        return new Capabilities(entries);
    }

    /** Everything. */
    static Capabilities all() {
        int mask = bit(Permission.PERMISSION_PUBLISH)
                | bit(Permission.PERMISSION_SUBSCRIBE)
                | bit(Permission.PERMISSION_HISTORY)
                | bit(Permission.PERMISSION_PRESENCE)
                | bit(Permission.PERMISSION_ADMIN);
        return new Capabilities(List.of(new Entry(ChannelPattern.parse("*"), mask)));
    }

    /** The permissions on a channel, written with its namespace, as bits of {@link #bit}. */
    int on(String fullName) {
        int mask = 0;
        for (Entry entry : entries) {
            mask |= entry.channels.covers(fullName) ? entry.permissions : 0;
        }
        return mask;
    }

    /** Whether the whole cluster may be operated. */
    boolean mayOperate() {
        int admin = bit(Permission.PERMISSION_ADMIN);
        return entries.stream().anyMatch(entry -> entry.channels.isEvery() && (entry.permissions & admin) != 0);
    }

    /** Whether anything is allowed in a namespace. */
    boolean reach(String namespace) {
        return entries.stream().anyMatch(entry -> entry.channels.reaches(namespace));
    }

    static int bit(Permission permission) {
        return permission == Permission.UNRECOGNIZED || permission == Permission.PERMISSION_UNSPECIFIED
                ? 0
                : 1 << permission.getNumber();
    }

    private record Entry(ChannelPattern channels, int permissions) {}
}
