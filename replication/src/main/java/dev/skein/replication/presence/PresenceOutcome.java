package dev.skein.replication.presence;

import dev.skein.proto.error.v1.Error;
import java.util.List;

/** What became of a change of presence. */
public sealed interface PresenceOutcome {

    /**
     * It was applied.
     *
     * @param refused those that may not enter
     */
    record Applied(List<RefusedMember> refused) implements PresenceOutcome {

        public Applied {
            refused = List.copyOf(refused);
        }
    }

    /** The holder isn't known, or has ended: it has no members. They have to enter anew, with another holder. */
    record UnknownHolder() implements PresenceOutcome {}

    /**
     * It was refused as a whole, or its outcome isn't known.
     *
     * @param error from the error catalogue
     */
    record Refused(Error error) implements PresenceOutcome {}

    /**
     * One that may not enter.
     *
     * @param ordinal among the change's enters
     * @param error why
     */
    record RefusedMember(int ordinal, Error error) {}
}
