package dev.skein.replication.link;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import dev.skein.replication.disk.DiskFitness;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the word of a newer term from a leader whose disk stands still: to take it in, JRaft would wait for the disk under the group's lock,
 * on a thread that all groups share. Such a leader hears only that its request failed, and steps down because nobody follows.
 *
 * @param term in which the request was sent
 */
record TermGuard(InvokeCallback callback, long term, DiskFitness disk) implements InvokeCallback {

    /** A guard around a leader's request; the callback itself for any other. */
    static InvokeCallback around(InvokeCallback callback, Object request, DiskFitness disk) {
        if (request instanceof AppendEntriesRequest append) {
            return new TermGuard(callback, append.getTerm(), disk);
        }
        if (request instanceof TimeoutNowRequest now) {
            return new TermGuard(callback, now.getTerm(), disk);
        }
        if (request instanceof InstallSnapshotRequest install) {
            return new TermGuard(callback, install.getTerm(), disk);
        }
        return callback;
    }

    @Override
    public void complete(@Nullable Object result, @Nullable Throwable failure) {
        if (!disk.takesRequests() && termOf(result) > term) {
            callback.complete(null, new RemotingException("another leader; the disk of this node stands still"));
        } else {
            callback.complete(result, failure);
        }
    }

    private static long termOf(@Nullable Object result) {
        if (result instanceof AppendEntriesResponse append) {
            return append.getTerm();
        }
        if (result instanceof TimeoutNowResponse now) {
            return now.getTerm();
        }
        return result instanceof InstallSnapshotResponse install ? install.getTerm() : 0;
    }

    @Override
    public Executor executor() {
        return callback.executor();
    }
}
