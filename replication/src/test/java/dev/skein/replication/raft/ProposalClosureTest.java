package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import dev.skein.proto.error.v1.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of all that JRaft says about a proposal only "never appended" is definite. */
class ProposalClosureTest {

    private final List<Reason> told = new ArrayList<>();
    private final ProposalClosure closure = new ProposalClosure(error -> told.add(error.getReason()));

    @Test
    void whatWasNeverAppendedMayBeProposedAgain() {
        closure.run(new Status(RaftError.EBUSY, "the queue is full"));

        assertEquals(List.of(Reason.REASON_NO_LEADER), told);
    }

    @ParameterizedTest
    @EnumSource(
            value = RaftError.class,
            names = {"EPERM", "ETIMEDOUT", "EINTERNAL", "ESTATEMACHINE", "ENEWLEADER", "ENODESHUTDOWN"})
    void anythingElseMayStillCommit(RaftError error) {
        closure.run(new Status(error, "who knows"));

        assertEquals(List.of(Reason.REASON_OUTCOME_UNKNOWN), told);
    }

    @Test
    void onlyTheFirstWordCounts() {
        closure.run(Status.OK());
        closure.run(new Status(RaftError.EPERM, "not the leader any more"));
        closure.run(new Status(RaftError.EBUSY, "and not appended"));

        assertEquals(List.of(Reason.REASON_OUTCOME_UNKNOWN), told);
    }

    @Test
    void whatAProposalThrowsDoesNotReachJRaft() {
        ProposalClosure throwing = new ProposalClosure(error -> {
            throw new IllegalStateException("can't take it");
        });

        assertDoesNotThrow(() -> throwing.run(new Status(RaftError.EPERM, "no")));
    }
}
