package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ROOM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.proto.replication.v1.PresenceLeave;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.presence.Member;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.presence.PresenceOutcome.RefusedMember;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.replication.store.InMemoryShardStore;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PresenceTest {

    private static final ByteString NODE = holder(1, 1);
    private static final ByteString OTHER = holder(2, 1);

    private final TestShard shard = TestShard.withPolicy(new InMemoryShardStore());
    private long sequence;

    @BeforeEach
    void switchOn() {
        shard.policy(policy -> {
            policy.getPresenceBuilder().setEnabled(true).setMembersMax(3);
            return policy;
        });
    }

    @Test
    void membersEnterChangeAndLeave() {
        change(begin(NODE).addEnters(enter("a", "ann")).addEnters(enter("b", "ann")));
        assertEquals(List.of("a:ann", "b:ann"), members());
        assertEquals(new MemberCounts(2, 1), shard.machine.memberCounts(ROOM));
        change(of(NODE).addEnters(enter("a", "bob")).addLeaves(leave("b")));
        assertEquals(List.of("a:bob"), members());
        assertEquals(new MemberCounts(1, 1), shard.machine.memberCounts(ROOM));
        change(of(NODE).addLeaves(leave("a")));
        assertEquals(MemberCounts.NONE, shard.machine.memberCounts(ROOM));
    }

    @Test
    void anonymousMembersAreOneUser() {
        change(begin(NODE).addEnters(enter("a", "")).addEnters(enter("b", "")));
        assertEquals(new MemberCounts(2, 1), shard.machine.memberCounts(ROOM));
    }

    @Test
    void pagesFollowEachOther() {
        change(begin(NODE).addEnters(enter("a", "")).addEnters(enter("b", "")).addEnters(enter("c", "")));
        MemberPage page = shard.machine.members(ROOM, "", 2);
        assertTrue(page.more());
        assertEquals(
                List.of("a", "b"), page.members().stream().map(Member::client).toList());
        page = shard.machine.members(ROOM, "b", 2);
        assertFalse(page.more());
        assertEquals(List.of("c"), page.members().stream().map(Member::client).toList());
    }

    @Test
    void aChangeThatComesLateChangesNothing() {
        PresenceChange.Builder early = begin(NODE).addEnters(enter("a", ""));
        change(of(NODE).setBegins(true).addEnters(enter("a", "")));
        change(of(NODE).addLeaves(leave("a")));
        PresenceOutcome late = change(early);
        assertEquals(
                Reason.REASON_SEQUENCE_TOO_OLD,
                ((PresenceOutcome.Refused) late).error().getReason());
        assertEquals(List.of(), members());
    }

    @Test
    void anEarlierHolderOfTheSameLifeDoesNotTakeAMemberBack() {
        PresenceChange.Builder late = begin(holder(1, 1)).addEnters(enter("a", "old"));
        change(begin(holder(1, 2)).addEnters(enter("a", "new")));
        change(late);
        change(ends(holder(1, 1), 10));
        assertEquals(List.of("a:new"), members());
    }

    @Test
    void membersMoveToTheHolderThatNamesThemLast() {
        change(begin(NODE).addEnters(enter("a", "")));
        List<String> events = watch();
        change(begin(OTHER).addEnters(enter("a", "")));
        change(of(NODE).addLeaves(leave("a")));
        change(ends(NODE, 10));
        assertEquals(List.of("a:"), members());
        assertEquals(List.of(), events);
        change(ends(OTHER, 10));
        assertEquals(List.of(), members());
        assertEquals(List.of("LEFT a"), events);
    }

    @Test
    void aHolderThatEndedIsUnknownAndItsMembersGoBitByBit() {
        change(begin(NODE).addEnters(enter("a", "")).addEnters(enter("b", "")).addEnters(enter("c", "")));
        change(ends(NODE, 2));
        assertEquals(List.of("c:"), members());
        assertTrue(shard.machine.holders().get(NODE).ended());
        assertEquals(new PresenceOutcome.UnknownHolder(), change(of(NODE).addEnters(enter("a", ""))));
        change(ends(NODE, 2));
        assertEquals(List.of(), members());
        assertFalse(shard.machine.holders().containsKey(NODE));
        assertEquals(new PresenceOutcome.UnknownHolder(), change(of(NODE).addEnters(enter("a", ""))));
    }

    @Test
    void noMoreMembersThanAllowed() {
        change(begin(NODE).addEnters(enter("a", "")).addEnters(enter("b", "")).addEnters(enter("c", "")));
        List<RefusedMember> refused =
                refused(change(of(NODE).addEnters(enter("a", "x")).addEnters(enter("d", ""))));
        assertEquals(1, refused.size());
        assertEquals(1, refused.get(0).ordinal());
        assertEquals(Reason.REASON_TOO_MANY_MEMBERS, refused.get(0).error().getReason());
        assertEquals(
                "members of default:room: 4 (expected: at most 3)",
                refused.get(0).error().getText());
        assertEquals(List.of("a:x", "b:", "c:"), members());
        assertEquals(List.of(), refused(change(of(NODE).addLeaves(leave("c")).addEnters(enter("d", "")))));
    }

    @Test
    void whatIsMalformedIsRefusedByNameValueAndExpectation() {
        List<RefusedMember> refused = refused(change(begin(NODE)
                .addEnters(enter("a", "").setInfo(ByteString.copyFrom(new byte[Limits.MEMBER_INFO_BYTES_MAX + 1])))
                .addEnters(enter("", ""))
                .addEnters(enter("b", "").setChannel("room"))
                .addEnters(enter("c", "x".repeat(300)))));
        assertEquals(
                List.of(
                        "info: 4097 bytes (expected: at most 4096)",
                        "client: 0 bytes (expected: 1 to 128)",
                        "channel: 4 characters (expected: namespace:name without control characters)",
                        "user: 300 bytes (expected: at most 256)"),
                refused.stream().map(each -> each.error().getText()).toList());
        PresenceOutcome outcome = change(PresenceChange.newBuilder().setBegins(true));
        assertEquals(
                "holder: 0 bytes (expected: 16 bytes)",
                ((PresenceOutcome.Refused) outcome).error().getText());
    }

    @Test
    void nobodyEntersWherePresenceIsOff() {
        change(begin(NODE).addEnters(enter("a", "")));
        shard.policy(policy -> policy.clearPresence());
        List<RefusedMember> refused = refused(change(of(NODE).addEnters(enter("b", ""))));
        assertEquals(Reason.REASON_PRESENCE_OFF, refused.get(0).error().getReason());
        change(of(NODE).addLeaves(leave("a")));
        assertEquals(List.of(), members());
    }

    @Test
    void watchersHearWhatOthersSeeInOrder() {
        List<String> events = watch();
        change(begin(NODE).addEnters(enter("a", "")).addEnters(enter("b", "").setChannel("default:other")));
        change(of(NODE).addEnters(enter("a", "")));
        change(of(NODE).addEnters(enter("a", "x")));
        change(of(NODE).addLeaves(leave("a")));
        assertEquals(List.of("JOINED a", "UPDATED a", "LEFT a"), events);
        shard.machine.loseFollowers();
        assertEquals("lost", events.get(3));
    }

    @Test
    void serialsAndHistoryAreNotTouched() {
        shard.publish(TestShard.to(ROOM, "m"));
        long before = shard.machine.applied().shardSerial();
        change(begin(NODE).addEnters(enter("a", "")));
        assertEquals(before, shard.machine.applied().shardSerial());
        assertEquals(List.of("m"), shard.texts(ROOM));
        assertEquals(1, shard.machine.extent(ROOM).lastSerial());
    }

    @Test
    void membersSurviveARestartAndASnapshot(@TempDir Path directory) throws IOException {
        assertEquals(1, snapshotVersion(directory));
        change(begin(NODE).addEnters(enter("a", "ann")));
        shard.restart();
        assertEquals(List.of("a:ann"), members());
        assertEquals(2, snapshotVersion(directory));
        TestShard target = new TestShard(new InMemoryShardStore(), shard.log);
        assertTrue(target.machine.loadSnapshot(directory));
        assertEquals(shard.machine.applied(), target.machine.applied());
        assertEquals(shard.machine.holders(), target.machine.holders());
        assertEquals(List.of("a:ann"), members(target));
        change(ends(NODE, 10));
        target.applyLogged(shard.machine.appliedIndex());
        assertEquals(shard.machine.applied(), target.machine.applied());
        assertEquals(List.of(), members(target));
    }

    @Test
    void theDigestTellsWhoIsPresent() {
        TestShard other = new TestShard(new InMemoryShardStore());
        shard.log.forEach((index, entry) -> {
            other.log.put(index, entry);
            other.applyLogged(index);
        });
        change(begin(NODE).addEnters(enter("a", "ann")));
        other.now = shard.now;
        other.apply(
                ShardEntry.newBuilder().addPresence(begin(NODE).setSequence(1).addEnters(enter("a", "bob"))));
        assertFalse(shard.machine.digest() == other.machine.digest());
    }

    @Test
    void aFullChannelComesAndGoes() {
        int all = Limits.MEMBERS_DEFAULT;
        shard.policy(policy -> {
            policy.getPresenceBuilder().clearMembersMax();
            return policy;
        });
        for (int i = 0; i < all; i += Limits.MEMBERS_PER_CHANGE_MAX) {
            PresenceChange.Builder change = begin(NODE);
            for (int k = i; k < Math.min(all, i + Limits.MEMBERS_PER_CHANGE_MAX); k++) {
                change.addEnters(enter("client-" + k, "u" + k % 1_000));
            }
            assertEquals(List.of(), refused(change(change)));
        }
        assertEquals(1, refused(change(of(NODE).addEnters(enter("x", "")))).size());
        assertEquals(new MemberCounts(all, 1_000), shard.machine.memberCounts(ROOM));
        int ends = 0;
        while (shard.machine.holders().containsKey(NODE)) {
            change(ends(NODE, Limits.MEMBERS_PER_CHANGE_MAX));
            ends++;
        }
        assertEquals(all / Limits.MEMBERS_PER_CHANGE_MAX, ends);
        assertEquals(MemberCounts.NONE, shard.machine.memberCounts(ROOM));
    }

    private int snapshotVersion(Path directory) throws IOException {
        try (SnapshotTask task = shard.machine.prepareSnapshot()) {
            task.write(directory);
        }
        try (DataInputStream in = new DataInputStream(Files.newInputStream(directory.resolve(SnapshotFile.NAME)))) {
            in.readLong();
            return in.readInt();
        }
    }

    private PresenceOutcome change(PresenceChange.Builder change) {
        long index = shard.machine.appliedIndex() + 1;
        shard.log.put(
                index,
                ShardEntry.newBuilder()
                        .setTimeMs(shard.now)
                        .addPresence(change)
                        .build()
                        .toByteString());
        ApplyBatch batch = shard.machine.begin();
        batch.apply(index, shard.term, shard.log.get(index));
        batch.finish();
        return batch.presence().get(0);
    }

    private static List<RefusedMember> refused(PresenceOutcome outcome) {
        return ((PresenceOutcome.Applied) outcome).refused();
    }

    private List<String> watch() {
        List<String> events = new ArrayList<>();
        shard.machine.watchMembers(ROOM, new ShardPresence.Listener() {
            @Override
            public void changed(List<PresenceEvent> changes) {
                changes.forEach(
                        each -> events.add(each.kind() + " " + each.member().client()));
            }

            @Override
            public void lost() {
                events.add("lost");
            }
        });
        return events;
    }

    private List<String> members() {
        return members(shard);
    }

    private static List<String> members(TestShard of) {
        return of.machine.members(ROOM, "", 100).members().stream()
                .map(member -> member.client() + ":" + member.user())
                .toList();
    }

    private PresenceChange.Builder begin(ByteString holder) {
        return of(holder).setBegins(true);
    }

    private PresenceChange.Builder of(ByteString holder) {
        return PresenceChange.newBuilder().setHolder(holder).setSequence(++sequence);
    }

    private static PresenceChange.Builder ends(ByteString holder, int max) {
        return PresenceChange.newBuilder().setHolder(holder).setEndsMembersMax(max);
    }

    private static PresenceEnter.Builder enter(String client, String user) {
        return PresenceEnter.newBuilder().setChannel(ROOM).setClient(client).setUser(user);
    }

    private static PresenceLeave.Builder leave(String client) {
        return PresenceLeave.newBuilder().setChannel(ROOM).setClient(client);
    }

    private static ByteString holder(int life, int generation) {
        byte[] id = new byte[16];
        id[7] = (byte) life;
        id[15] = (byte) generation;
        return ByteString.copyFrom(id);
    }
}
