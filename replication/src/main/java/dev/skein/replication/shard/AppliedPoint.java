package dev.skein.replication.shard;

/**
 * How far a replica has applied, as one consistent picture.
 *
 * @param index last applied index, 0 before the first
 * @param term its term
 * @param digest rolling digest of every effect so far; equal on all replicas at an equal index
 * @param logTimeMillis log time: the largest time of all entries so far
 * @param shardSerial last shard serial given out
 */
public record AppliedPoint(long index, long term, long digest, long logTimeMillis, long shardSerial) {

    static final AppliedPoint START = new AppliedPoint(0, 0, 0, 0, 0);
}
