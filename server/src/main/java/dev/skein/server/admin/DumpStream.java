package dev.skein.server.admin;

import dev.skein.proto.admin.v1.ReplicaDump;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.ReplicationException;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;

/**
 * Rows of a dump on their way to a caller. {@link #send} waits while the caller takes nothing, so the dump must run on a thread
 * that may; a caller that takes nothing for {@value #STALL_MILLIS} ms is given up.
 */
final class DumpStream {

    private static final long STALL_MILLIS = 30_000;

    private final ServerCallStreamObserver<ReplicaDump> caller;
    private final Object readiness = new Object();

    /** Must be made inside the gRPC handler: its callbacks can't be set later. */
    DumpStream(ServerCallStreamObserver<ReplicaDump> caller) {
        this.caller = caller;
        caller.setOnReadyHandler(this::wake);
        caller.setOnCancelHandler(this::wake);
    }

    void send(DumpedMessage row) {
        awaitReady();
        caller.onNext(toWire(row));
    }

    void end() {
        if (!caller.isCancelled()) {
            caller.onCompleted();
        }
    }

    void fail(Throwable failure) {
        if (!caller.isCancelled()) {
            caller.onError(Errors.toStatus(ControlPlane.errorOf(failure)));
        }
    }

    private void awaitReady() {
        synchronized (readiness) {
            long giveUpAt = System.nanoTime() + STALL_MILLIS * 1_000_000;
            while (!caller.isReady() && !caller.isCancelled()) {
                long leftMillis = (giveUpAt - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw refusal("the caller has taken nothing for " + STALL_MILLIS + " ms");
                }
                pause(leftMillis);
            }
        }
        if (caller.isCancelled()) {
            throw refusal("the caller has gone");
        }
    }

    private void pause(long millis) {
        try {
            readiness.wait(millis);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw refusal("the node is stopping");
        }
    }

    private void wake() {
        synchronized (readiness) {
            readiness.notifyAll();
        }
    }

    private static ReplicationException refusal(String text) {
        return new ReplicationException(Errors.of(Reason.REASON_SLOW_CONSUMER, text));
    }

    private static ReplicaDump toWire(DumpedMessage row) {
        return ReplicaDump.newBuilder()
                .setChannel(row.channel())
                .setEpoch(row.epoch())
                .setSerial(row.serial())
                .setShardSerial(row.shardSerial())
                .setMessageId(row.messageId())
                .setProducer(row.producer())
                .setSequence(row.sequence())
                .setPayloadCrc(row.payloadCrc())
                .setFirstSerial(row.firstSerial())
                .setTimeMs(row.timeMillis())
                .setAppliedIndex(row.appliedIndex())
                .build();
    }
}
