package dev.skein.replication.shard;

import dev.skein.core.Limits;
import dev.skein.replication.presence.Member;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreView;
import java.util.ArrayList;
import java.util.List;

/** Reads who is in a channel, from any thread; each answer comes from one view of the store. */
final class PresenceReader {

    private final ShardStore store;
    private final LoadGuard guard;

    PresenceReader(ShardStore store, LoadGuard guard) {
        this.store = store;
        this.guard = guard;
    }

    MemberCounts counts(String channel) {
        try (StoreView view = guard.view(store)) {
            return PresenceTable.readCounts(view, channel);
        }
    }

    MemberPage members(String channel, String after, int max) {
        int most = Math.max(1, Math.min(max, Limits.MEMBERS_PAGE_MAX));
        byte[] from = after.isEmpty() ? Keys.members(channel) : Keys.after(Keys.member(channel, after));
        List<Member> members = new ArrayList<>();
        long bytes = 0;
        try (StoreView view = guard.view(store);
                Cursor rows = view.ascending(from, Keys.membersEnd(channel))) {
            while (rows.next()) {
                if (members.size() == most || bytes >= Limits.MEMBERS_PAGE_BYTES_MAX) {
                    return new MemberPage(members, true);
                }
                bytes += rows.value().length;
                members.add(PresenceRow.read(rows.value()).member(Keys.memberClient(rows.key(), channel)));
            }
        }
        return new MemberPage(members, false);
    }
}
