package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.ExchangeResponse;
import dev.skein.proto.gossip.v1.MemberDigest;
import dev.skein.proto.gossip.v1.MemberRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes into an answer what the caller lacks: whole records where its facts are old, digests where only the heartbeat is. */
final class News {

    private final Map<String, MemberDigest> known;
    private final ExchangeResponse.Builder response;
    private final RecordBudget budget = new RecordBudget();

    News(Map<String, MemberDigest> known, ExchangeResponse.Builder response) {
        this.known = known;
        this.response = response;
    }

    /**
     * One member.
     *
     * @param version its newest heartbeat, which may be ahead of the record's
     */
    void tell(MemberRecord record, long version) {
        MemberDigest theirs = known.get(record.getNode());
        if (lacksFacts(record, theirs)) {
            if (budget.take(record.getSerializedSize())) {
                response.addRecords(record.toBuilder().setVersion(version));
            }
        } else if (theirs.getIncarnation() == record.getIncarnation() && theirs.getVersion() < version) {
            response.addHeartbeats(MemberDigest.newBuilder()
                    .setNode(record.getNode())
                    .setIncarnation(record.getIncarnation())
                    .setVersion(version)
                    .setFactsVersion(record.getFactsVersion()));
        }
    }

    private static boolean lacksFacts(MemberRecord record, @Nullable MemberDigest theirs) {
        return theirs == null
                || theirs.getIncarnation() < record.getIncarnation()
                || theirs.getIncarnation() == record.getIncarnation()
                        && theirs.getFactsVersion() < record.getFactsVersion();
    }
}
