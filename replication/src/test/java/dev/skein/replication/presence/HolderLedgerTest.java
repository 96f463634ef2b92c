package dev.skein.replication.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.presence.PresenceOutcome.RefusedMember;
import dev.skein.wire.Errors;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HolderLedgerTest {

    private static final PresenceOutcome APPLIED = new PresenceOutcome.Applied(List.of());

    private final HolderLedger ledger = new HolderLedger(7);

    @Test
    void oneChangeIsUnderWayAtATime() {
        ledger.enter(enter("a"));
        PresenceChange first = next();
        assertTrue(first.getBegins());
        ledger.enter(enter("b"));
        assertTrue(ledger.next(false).isEmpty());
        ledger.answered(first.getSequence(), APPLIED);
        PresenceChange second = next();
        assertFalse(second.getBegins());
        assertEquals("b", second.getEnters(0).getClient());
        assertEquals(first.getHolder(), second.getHolder());
        assertTrue(second.getSequence() > first.getSequence());
    }

    @Test
    void whatIsNotConfirmedIsToldAgainAsItIsByThen() {
        ledger.enter(enter("a"));
        ledger.enter(enter("b"));
        PresenceChange lost = next();
        ledger.leave("default:room", "a");
        ledger.unanswered(lost.getSequence());
        PresenceChange again = next();
        assertTrue(again.getBegins());
        assertEquals(List.of("b"), clients(again));
        assertEquals(1, again.getLeavesCount());
        ledger.answered(lost.getSequence(), APPLIED);
        assertFalse(ledger.isTold(), "an answer to an earlier change says nothing of a later one");
    }

    @Test
    void anUnknownHolderBeginsAnewWithAllItsMembers() {
        ledger.enter(enter("a"));
        ByteString before = ledger.holder();
        ledger.answered(next().getSequence(), APPLIED);
        PresenceChange sign = ledger.next(true).orElseThrow();
        assertEquals(0, sign.getEntersCount());
        ledger.answered(sign.getSequence(), new PresenceOutcome.UnknownHolder());
        PresenceChange anew = next();
        assertTrue(anew.getBegins());
        assertEquals(List.of("a"), clients(anew));
        assertTrue(ByteString.unsignedLexicographicalComparator().compare(anew.getHolder(), before) > 0);
    }

    @Test
    void aHolderWithoutMembersEndsAtTheNextSignOfLife() {
        ledger.enter(enter("a"));
        ledger.answered(next().getSequence(), APPLIED);
        ledger.leave("default:room", "a");
        ledger.answered(next().getSequence(), APPLIED);
        assertTrue(ledger.isTold());
        assertFalse(ledger.isIdle());
        PresenceChange end = ledger.next(true).orElseThrow();
        assertTrue(end.getEndsMembersMax() > 0);
        ledger.answered(end.getSequence(), APPLIED);
        assertTrue(ledger.isIdle());
        assertTrue(ledger.next(true).isEmpty());
    }

    @Test
    void whoDoesNotFitTriesAgainWithTheNextSignOfLifeAndWhoIsWrongDoesNot() {
        ledger.enter(enter("a"));
        ledger.enter(enter("b"));
        RefusedMember full = new RefusedMember(0, Errors.of(Reason.REASON_TOO_MANY_MEMBERS, "full"));
        RefusedMember wrong = new RefusedMember(1, Errors.of(Reason.REASON_INVALID_ARGUMENT, "wrong"));
        List<RefusedMember> never =
                ledger.answered(next().getSequence(), new PresenceOutcome.Applied(List.of(full, wrong)));
        assertEquals(List.of(wrong), never);
        assertTrue(ledger.isTold());
        assertTrue(ledger.next(false).isEmpty());
        assertEquals(List.of("a"), clients(ledger.next(true).orElseThrow()));
    }

    @Test
    void manyMembersTakeSeveralChanges() {
        int all = Limits.MEMBERS_PER_CHANGE_MAX + 1;
        for (int i = 0; i < all; i++) {
            ledger.enter(enter("c" + i));
        }
        PresenceChange first = next();
        assertEquals(Limits.MEMBERS_PER_CHANGE_MAX, first.getEntersCount());
        ledger.answered(first.getSequence(), APPLIED);
        assertEquals(1, next().getEntersCount());
    }

    @Test
    void noChangeIsLargerThanAllowed() {
        ByteString info = ByteString.copyFrom(new byte[Limits.MEMBER_INFO_BYTES_MAX]);
        for (int i = 0; i < 200; i++) {
            ledger.enter(enter("c" + i).toBuilder()
                    .setInfo(info)
                    .setChannelInfo(info)
                    .build());
        }
        int told = 0;
        while (!ledger.isTold()) {
            PresenceChange change = next();
            assertTrue(change.getSerializedSize() <= Limits.PRESENCE_CHANGE_BYTES_MAX);
            told += change.getEntersCount();
            ledger.answered(change.getSequence(), APPLIED);
        }
        assertEquals(200, told);
    }

    private PresenceChange next() {
        return ledger.next(false).orElseThrow();
    }

    private static List<String> clients(PresenceChange change) {
        return change.getEntersList().stream().map(PresenceEnter::getClient).toList();
    }

    private static PresenceEnter enter(String client) {
        return PresenceEnter.newBuilder()
                .setChannel("default:room")
                .setClient(client)
                .build();
    }
}
