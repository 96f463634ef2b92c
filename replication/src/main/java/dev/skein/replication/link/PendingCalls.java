package dev.skein.replication.link;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.replication.v1.LinkFrame;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one stream that have no answer yet. Every call ends exactly once: with a response, at its deadline, or when the
 * stream ends. Callbacks run on the executor that they name, never in the thread that ends the call.
 */
final class PendingCalls {

    private final String peer;
    private final Executor fallback;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, Call> calls = new ConcurrentHashMap<>();
    private volatile @Nullable RemotingException ended;

    private record Call(LinkFrame.Kind kind, InvokeCallback callback, long deadlineNanos) {}

    /**
     * @param fallback runs callbacks that name no executor, or one that is too busy: a lost callback would stop a replicator
     */
    PendingCalls(String peer, Executor fallback) {
        this.peer = peer;
        this.fallback = fallback;
    }

    /**
     * Registers a call.
     *
     * @return its id
     * @throws RemotingException when the stream has ended or too many calls wait
     */
    long add(LinkFrame.Kind kind, InvokeCallback callback, long deadlineNanos) throws RemotingException {
        if (calls.size() >= LinkLimits.CALLS_MAX) {
            throw new RemotingException("too many unanswered calls to " + peer);
        }
        long id = nextId.getAndIncrement();
        calls.put(id, new Call(kind, callback, deadlineNanos));
        RemotingException cause = ended;
        if (cause != null && calls.remove(id) != null) {
            throw cause;
        }
        return id;
    }

    /** Forgets a call whose frame was not sent; false when the call has ended meanwhile. */
    boolean withdraw(long id) {
        return calls.remove(id) != null;
    }

    void answer(LinkFrame response) {
        Call call = calls.remove(response.getCallId());
        if (call != null) {
            run(call, () -> complete(call, response));
        }
    }

    void expire(long nowNanos) {
        calls.forEach((id, call) -> {
            if (nowNanos - call.deadlineNanos >= 0 && calls.remove(id) != null) {
                fail(call, new InvokeTimeoutException("no answer from " + peer + " to " + call.kind));
            }
        });
    }

    void end(RemotingException cause) {
        ended = cause;
        calls.forEach((id, call) -> {
            if (calls.remove(id) != null) {
                fail(call, cause);
            }
        });
    }

    int size() {
        return calls.size();
    }

    private void complete(Call call, LinkFrame response) {
        try {
            call.callback.complete(RaftResponses.parse(call.kind, response), null);
        } catch (InvalidProtocolBufferException e) {
            call.callback.complete(null, new RemotingException("malformed response from " + peer, e));
        }
    }

    private void fail(Call call, RemotingException cause) {
        run(call, () -> call.callback.complete(null, cause));
    }

    private void run(Call call, Runnable task) {
        Executor executor = call.callback.executor();
        try {
            (executor == null ? fallback : executor).execute(task);
        } catch (RejectedExecutionException e) {
            runElsewhere(task);
        }
    }

    private void runElsewhere(Runnable task) {
        try {
            fallback.execute(task);
        } catch (RejectedExecutionException e) {
            // The links are closed, and with them every group that could wait for this.
        }
    }
}
