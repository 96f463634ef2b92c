package dev.skein.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.group.Proposal;
import dev.skein.wire.Errors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proposal inside JRaft. JRaft runs it only on failure; what is applied is told to the proposal by the machine.
 *
 * <p>EBUSY means that the entry was never appended. Everything else, EPERM included, may still commit: outcome unknown. A closure
 * that throws would make JRaft apply entries twice, so nothing leaves {@link #run}.
 */
final class ProposalClosure implements Closure {

    private static final Logger LOG = LoggerFactory.getLogger(ProposalClosure.class);

    private final Proposal proposal;
    private final AtomicBoolean told = new AtomicBoolean();

    ProposalClosure(Proposal proposal) {
        this.proposal = proposal;
    }

    Proposal proposal() {
        return proposal;
    }

    // JRaft may run a closure and also throw, so only the first word counts.
    @Override
    public void run(Status status) {
        if (status.isOk() || !told.compareAndSet(false, true)) {
            return;
        }
        try {
            proposal.failed(errorOf(status));
        } catch (Throwable defect) {
            LOG.error("proposal failed to take its failure {}", status, defect);
        }
    }

    private static Error errorOf(Status status) {
        if (status.getRaftError() == RaftError.EBUSY) {
            return Errors.of(Reason.REASON_NO_LEADER, "not appended: " + status.getErrorMsg()).toBuilder()
                    .setRetryAfterMs(20)
                    .build();
        }
        return Errors.of(Reason.REASON_OUTCOME_UNKNOWN, "may still commit: " + status.getErrorMsg());
    }
}
