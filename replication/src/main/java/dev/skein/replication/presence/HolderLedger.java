package dev.skein.replication.presence;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.proto.replication.v1.PresenceLeave;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which members a node has in a shard, and what of it the shard has yet to hear. One change is under way at a time; what isn't confirmed is
 * told again, as it is by then. Does no I/O and knows no time. Not thread-safe.
 */
public final class HolderLedger {

    private final long life;
    private final Map<Place, PresenceEnter> members = new HashMap<>();
    private final Set<Place> untold = new LinkedHashSet<>();
    // Refused for now; told again with the next renewal.
    private final Set<Place> refused = new LinkedHashSet<>();

    private long generation = 1;
    private long sequence;
    private boolean begun;
    // The change under way.
    private List<Place> entering = List.of();
    private List<Place> leaving = List.of();
    private boolean underWay;
    private boolean ending;

    /** @param life random; the node's, as long as its process lives */
    public HolderLedger(long life) {
        this.life = life;
    }

    /** A member enters, or is to look like this from now on. */
    public void enter(PresenceEnter enter) {
        Place place = new Place(enter.getChannel(), enter.getClient());
        if (!enter.equals(members.put(place, enter))) {
            refused.remove(place);
            untold.add(place);
        }
    }

    /** A member leaves. */
    public void leave(String channel, String client) {
        Place place = new Place(channel, client);
        if (members.remove(place) != null) {
            refused.remove(place);
            untold.add(place);
        }
    }

    /** How many members there are. */
    public int members() {
        return members.size();
    }

    /** Whether everything is told and confirmed, what was refused for now left aside. */
    public boolean isTold() {
        return !underWay && untold.isEmpty();
    }

    /** With how many changes everything is told, one that is under way included. */
    public int changesToTell() {
        return 1 + (underWay ? 1 : 0) + untold.size() / (Limits.MEMBERS_PER_CHANGE_MAX / 2);
    }

    /** Whether nothing is left to tell, now or later. */
    public boolean isIdle() {
        return isTold() && members.isEmpty() && !begun;
    }

    /**
     * What to send now, to be {@link #answered}.
     *
     * @param renews whether the holder has to give a sign of life
     * @return empty when there is nothing to send, or something is under way
     */
    public Optional<PresenceChange> next(boolean renews) {
        if (underWay || untold.isEmpty() && !(renews && begun)) {
            return Optional.empty();
        }
        if (renews) {
            untold.addAll(refused);
            refused.clear();
        }
        ending = untold.isEmpty() && members.isEmpty();
        underWay = true;
        return Optional.of(change());
    }

    private PresenceChange change() {
        PresenceChange.Builder change = PresenceChange.newBuilder()
                .setHolder(holder())
                .setSequence(++sequence)
                .setBegins(!begun)
                .setEndsMembersMax(ending ? 1 : 0);
        entering = new ArrayList<>();
        leaving = new ArrayList<>();
        long bytes = 0;
        Iterator<Place> next = untold.iterator();
        while (next.hasNext()
                && entering.size() + leaving.size() < Limits.MEMBERS_PER_CHANGE_MAX
                && bytes < Limits.PRESENCE_CHANGE_BYTES_MAX / 2) {
            Place place = next.next();
            next.remove();
            bytes += tell(place, change);
        }
        return change.build();
    }

    private long tell(Place place, PresenceChange.Builder change) {
        PresenceEnter enter = members.get(place);
        if (enter == null) {
            PresenceLeave leave = PresenceLeave.newBuilder()
                    .setChannel(place.channel)
                    .setClient(place.client)
                    .build();
            leaving.add(place);
            change.addLeaves(leave);
            return leave.getSerializedSize();
        }
        entering.add(place);
        change.addEnters(enter);
        return enter.getSerializedSize();
    }

    /**
     * What became of a change.
     *
     * @param of the change's sequence; of an earlier one nothing is believed
     * @return those that may never enter, with the reason
     */
    public List<PresenceOutcome.RefusedMember> answered(long of, PresenceOutcome outcome) {
        if (!underWay || of != sequence) {
            return List.of();
        }
        underWay = false;
        List<Place> entered = entering;
        List<Place> left = leaving;
        entering = List.of();
        leaving = List.of();
        if (outcome instanceof PresenceOutcome.Applied applied) {
            begun = true;
            if (ending) {
                beginAnew();
            }
            return applied(applied, entered);
        }
        if (outcome instanceof PresenceOutcome.UnknownHolder) {
            beginAnew();
        } else {
            untold.addAll(entered);
            untold.addAll(left);
        }
        return List.of();
    }

    /** No answer came: whether it took effect isn't known. */
    public void unanswered(long of) {
        answered(of, new PresenceOutcome.Refused(Error.getDefaultInstance()));
    }

    private List<PresenceOutcome.RefusedMember> applied(PresenceOutcome.Applied applied, List<Place> entered) {
        List<PresenceOutcome.RefusedMember> never = new ArrayList<>();
        for (PresenceOutcome.RefusedMember each : applied.refused()) {
            Place place = entered.get(each.ordinal());
            if (untold.contains(place) || !members.containsKey(place)) {
                continue;
            }
            Reason reason = each.error().getReason();
            if (reason == Reason.REASON_TOO_MANY_MEMBERS || reason == Reason.REASON_PRESENCE_OFF) {
                refused.add(place);
            } else {
                members.remove(place);
                never.add(each);
            }
        }
        return never;
    }

    /** The shard holds nothing of what was told: everything is to be told by a new holder. */
    private void beginAnew() {
        generation++;
        begun = false;
        untold.clear();
        refused.clear();
        untold.addAll(members.keySet());
    }

    /** By which the shard knows its members. */
    public ByteString holder() {
        ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES).putLong(life).putLong(generation);
        return ByteString.copyFrom(id.flip());
    }

    /** Everything is to end: the members leave with the holder. */
    public Optional<PresenceChange> end() {
        if (!begun && !underWay) {
            return Optional.empty();
        }
        PresenceChange end = PresenceChange.newBuilder()
                .setHolder(holder())
                .setSequence(++sequence)
                .setEndsMembersMax(Limits.MEMBERS_PER_CHANGE_MAX)
                .build();
        members.clear();
        underWay = false;
        beginAnew();
        return Optional.of(end);
    }

    private record Place(String channel, String client) {}
}
