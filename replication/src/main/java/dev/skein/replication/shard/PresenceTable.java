package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.proto.replication.v1.PresenceLeave;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.replication.presence.PresenceEvent.Kind;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.presence.PresenceOutcome.RefusedMember;
import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.StoreReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is in the shard's channels. Members are there as long as their holder is: it tells who of its own enters and leaves, and the leader
 * says when it has ended. Nothing here knows of time.
 *
 * <p>A holder's changes are numbered, so that one that comes late changes nothing; and what an earlier holder of the same life of a node
 * says of a member that a later one has is not heard. Owned by the apply thread.
 */
final class PresenceTable {

    private static final byte[] NOTHING = {};

    private final PendingWrites writes;
    private final Progress progress;
    private final Map<ByteString, PresenceHolder> holders = new HashMap<>();
    private final Set<ByteString> touched = new LinkedHashSet<>();
    private Map<ByteString, PresenceHolder> shown;
    private List<ChannelEvent> events = new ArrayList<>();

    PresenceTable(PendingWrites writes, Progress progress, StoreReader store) {
        this.writes = writes;
        this.progress = progress;
        try (Cursor rows = store.ascending(Keys.start(Keys.HOLDERS), Keys.end(Keys.HOLDERS))) {
            while (rows.next()) {
                holders.put(Keys.holder(rows.key()), PresenceHolder.read(rows.value()));
            }
        }
        shown = Map.copyOf(holders);
    }

    /** As of the last change; immutable. */
    Map<ByteString, PresenceHolder> holders() {
        return shown;
    }

    /** What members did since the last call, in order. */
    List<ChannelEvent> takeEvents() {
        List<ChannelEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    /** Applies a change. */
    PresenceOutcome apply(PresenceChange change) {
        progress.digest.add(Arrays.hashCode(change.getHolder().toByteArray()));
        progress.digest.add(change.getSequence());
        PresenceOutcome outcome = decide(change);
        progress.digest.add(
                outcome instanceof PresenceOutcome.Applied applied
                        ? applied.refused().size()
                        : -1);
        settle();
        shown = Map.copyOf(holders);
        return outcome;
    }

    private PresenceOutcome decide(PresenceChange change) {
        Optional<Error> malformed = PresenceShape.malformed(change);
        if (malformed.isPresent()) {
            return new PresenceOutcome.Refused(malformed.get());
        }
        PresenceHolder holder = holders.get(change.getHolder());
        if (change.getEndsMembersMax() != 0) {
            if (holder != null) {
                end(change.getHolder(), holder, change.getEndsMembersMax());
            }
            return new PresenceOutcome.Applied(List.of());
        }
        if (holder == null && change.getBegins()) {
            if (holders.size() >= Limits.PRESENCE_HOLDERS_MAX) {
                return new PresenceOutcome.Refused(Refusals.holders());
            }
            holder = PresenceHolder.NEW;
        }
        if (holder == null || holder.ended()) {
            return new PresenceOutcome.UnknownHolder();
        }
        if (Long.compareUnsigned(change.getSequence(), holder.sequence()) <= 0) {
            return new PresenceOutcome.Refused(Refusals.late(change.getSequence(), holder.sequence()));
        }
        keep(change.getHolder(), new PresenceHolder(change.getSequence(), holder.members(), false));
        return change(change);
    }

    private PresenceOutcome change(PresenceChange change) {
        for (PresenceLeave leave : change.getLeavesList()) {
            if (PresenceShape.isChannel(leave.getChannel())) {
                leave(change.getHolder(), leave.getChannel(), leave.getClient());
            }
        }
        List<RefusedMember> refused = new ArrayList<>();
        for (int i = 0; i < change.getEntersCount(); i++) {
            int ordinal = i;
            enter(change.getHolder(), change.getEnters(i))
                    .ifPresent(error -> refused.add(new RefusedMember(ordinal, error)));
        }
        return new PresenceOutcome.Applied(refused);
    }

    // ---- members

    private Optional<Error> enter(ByteString holder, PresenceEnter enter) {
        Optional<Error> malformed = PresenceShape.malformed(enter);
        if (malformed.isPresent()) {
            return malformed;
        }
        if (!progress.policy.getPresence().getEnabled()) {
            return Optional.of(Refusals.presenceOff(enter.getChannel()));
        }
        String channel = enter.getChannel();
        String client = enter.getClient();
        PresenceRow next = PresenceRow.of(holder, enter);
        byte[] found = writes.get(Keys.member(channel, client));
        if (found != null) {
            replace(channel, client, PresenceRow.read(found), next);
            return Optional.empty();
        }
        MemberCounts counts = counts(channel);
        long max = membersMax();
        if (counts.members() >= max) {
            return Optional.of(Refusals.members(channel, counts.members() + 1, max));
        }
        put(Keys.member(channel, client), next.row());
        hold(holder, channel, client);
        count(channel, counts, 1, user(channel, next.user(), 1));
        tell(channel, Kind.JOINED, client, next);
        return Optional.empty();
    }

    private void replace(String channel, String client, PresenceRow present, PresenceRow next) {
        if (present.equals(next) || present.isHeldLaterThan(next.holder())) {
            return;
        }
        put(Keys.member(channel, client), next.row());
        if (!present.holder().equals(next.holder())) {
            release(present.holder(), channel, client);
            hold(next.holder(), channel, client);
        }
        if (!present.user().equals(next.user())) {
            long users = user(channel, present.user(), -1) + user(channel, next.user(), 1);
            count(channel, counts(channel), 0, users);
        }
        if (!present.looksLike(next)) {
            tell(channel, Kind.UPDATED, client, next);
        }
    }

    private void leave(ByteString holder, String channel, String client) {
        byte[] key = Keys.member(channel, client);
        byte[] found = writes.get(key);
        if (found == null) {
            return;
        }
        PresenceRow row = PresenceRow.read(found);
        if (!row.holder().equals(holder)) {
            return;
        }
        remove(key);
        release(holder, channel, client);
        count(channel, counts(channel), -1, user(channel, row.user(), -1));
        tell(channel, Kind.LEFT, client, row);
    }

    private void end(ByteString id, PresenceHolder holder, int membersMax) {
        keep(id, new PresenceHolder(holder.sequence(), holder.members(), true));
        byte[] from = Keys.held(id);
        byte[] to = Keys.end(Keys.HELD);
        List<byte[]> leaving = new ArrayList<>();
        try (Cursor rows = writes.ascending(from, to)) {
            while (leaving.size() < Math.min(membersMax, Limits.MEMBERS_PER_CHANGE_MAX)
                    && rows.next()
                    && Arrays.equals(rows.key(), 0, from.length, from, 0, from.length)) {
                leaving.add(rows.key());
            }
        }
        leaving.forEach(key -> leave(id, Keys.heldChannel(key), Keys.heldClient(key)));
        PresenceHolder rest = holders.get(id);
        if (rest != null && rest.members() == 0) {
            holders.remove(id);
        }
    }

    // ---- holders

    private void keep(ByteString id, PresenceHolder holder) {
        holders.put(id, holder);
        touched.add(id);
    }

    /** However many of its members came and went: its row is written once for a change. */
    private void settle() {
        for (ByteString id : touched) {
            PresenceHolder holder = holders.get(id);
            if (holder == null) {
                remove(Keys.holder(id));
            } else {
                put(Keys.holder(id), holder.row());
            }
        }
        touched.clear();
    }

    private void hold(ByteString holder, String channel, String client) {
        writes.put(Keys.held(holder, channel, client), NOTHING);
        more(holder, 1);
    }

    private void release(ByteString holder, String channel, String client) {
        writes.remove(Keys.held(holder, channel, client));
        more(holder, -1);
    }

    private void more(ByteString id, long more) {
        PresenceHolder holder = holders.get(id);
        if (holder == null) {
            throw new StateBrokenException("a member has no holder");
        }
        keep(id, holder.plus(more));
    }

    // ---- counts

    private long membersMax() {
        int wanted = progress.policy.getPresence().getMembersMax();
        return wanted == 0 ? Limits.MEMBERS_DEFAULT : wanted;
    }

    private MemberCounts counts(String channel) {
        return readCounts(writes, channel);
    }

    static MemberCounts readCounts(StoreReader store, String channel) {
        byte[] row = store.get(Keys.memberCounts(channel));
        if (row == null) {
            return MemberCounts.NONE;
        }
        RowReader reader = new RowReader(row);
        return new MemberCounts(reader.number(), reader.number());
    }

    private void count(String channel, MemberCounts before, long members, long users) {
        byte[] key = Keys.memberCounts(channel);
        long left = before.members() + members;
        if (left == 0) {
            writes.remove(key);
        } else {
            writes.put(
                    key,
                    new RowWriter().number(left).number(before.users() + users).done());
        }
    }

    /** Counts a user's members; returns how many users more there are in the channel. */
    private long user(String channel, String user, long more) {
        byte[] key = Keys.memberUser(channel, user);
        byte[] row = writes.get(key);
        long before = row == null ? 0 : new RowReader(row).number();
        if (before + more == 0) {
            writes.remove(key);
            return -1;
        }
        writes.put(key, new RowWriter().number(before + more).done());
        return before == 0 ? 1 : 0;
    }

    // ---- effects

    private void tell(String channel, Kind kind, String client, PresenceRow row) {
        events.add(new ChannelEvent(channel, new PresenceEvent(kind, row.member(client))));
    }

    private void put(byte[] key, byte[] value) {
        writes.put(key, value);
        progress.digest.add(Arrays.hashCode(key));
        progress.digest.add(Arrays.hashCode(value));
    }

    private void remove(byte[] key) {
        writes.remove(key);
        progress.digest.add(~Arrays.hashCode(key));
    }

    /** Something that happened in a channel. */
    record ChannelEvent(String channel, PresenceEvent event) {}
}
