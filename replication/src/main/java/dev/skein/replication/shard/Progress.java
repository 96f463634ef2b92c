package dev.skein.replication.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.replication.v1.ShardPolicy;
import org.jspecify.annotations.Nullable;

/** How far the shard is: the row that is written with every batch. Owned by the apply thread. */
final class Progress {

    long index;
    long term;
    Digest digest = new Digest(0);
    long logTime;
    long shardSerial;
    ShardPolicy policy = ShardPolicy.getDefaultInstance();

    /** Messages older than this are to go; never beyond the log time, so that no later message falls under it. */
    long trimBefore;
    /** No entry below this index has a retained message: where the sweep by age goes on. */
    long trimmedBelow;
    /** No entry below this index has a remembered message id. */
    long idsForgottenBelow;

    static Progress read(byte @Nullable [] row) {
        Progress progress = new Progress();
        if (row != null) {
            RowReader reader = new RowReader(row);
            progress.index = reader.number();
            progress.term = reader.number();
            progress.digest = new Digest(reader.fixedLong());
            progress.logTime = reader.number();
            progress.shardSerial = reader.number();
            progress.trimBefore = reader.number();
            progress.trimmedBelow = reader.number();
            progress.idsForgottenBelow = reader.number();
            progress.policy = policyOf(reader);
        }
        return progress;
    }

    byte[] row() {
        return new RowWriter()
                .number(index)
                .number(term)
                .fixed(digest.value())
                .number(logTime)
                .number(shardSerial)
                .number(trimBefore)
                .number(trimmedBelow)
                .number(idsForgottenBelow)
                .bytes(policy.toByteString())
                .done();
    }

    AppliedPoint point() {
        return new AppliedPoint(index, term, digest.value(), logTime, shardSerial);
    }

    long epoch() {
        return policy.getEpoch();
    }

    /** Time stands still rather than going back when a new leader's clock is behind. */
    void advanceTime(long millis) {
        logTime = Math.max(logTime, millis);
    }

    /** Takes a policy unless it is older than the present one. The first one fixes the epoch. */
    void adopt(ShardPolicy next) {
        if (next.getVersion() < policy.getVersion()) {
            return;
        }
        boolean first = policy.equals(ShardPolicy.getDefaultInstance());
        policy = first ? next : next.toBuilder().setEpoch(policy.getEpoch()).build();
        digest.add(policy.getVersion());
        digest.add(policy.getEpoch());
    }

    private static ShardPolicy policyOf(RowReader reader) {
        try {
            return ShardPolicy.parseFrom(reader.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new StateBrokenException("policy row is damaged", e);
        }
    }
}
