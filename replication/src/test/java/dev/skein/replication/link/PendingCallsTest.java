package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.protobuf.ByteString;
import dev.skein.proto.replication.v1.LinkFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

    private final List<Object> ends = new ArrayList<>();
    private final PendingCalls calls = new PendingCalls("eu-a", Runnable::run);

    @Test
    void aResponseEndsItsCallWithTheTypeOfTheRequest() throws Exception {
        long id = calls.add(LinkFrame.Kind.APPEND_ENTRIES, callback(null), 100);
        AppendEntriesResponse response =
                AppendEntriesResponse.newBuilder().setTerm(3).setSuccess(true).build();
        calls.answer(RaftResponses.frame(id, response));
        assertEquals(List.of(response), ends);
    }

    @Test
    void anErrorEndsItsCallWhateverTheRequest() throws Exception {
        long id = calls.add(LinkFrame.Kind.PRE_VOTE_OR_VOTE, callback(null), 100);
        ErrorResponse error = ErrorResponse.newBuilder().setErrorCode(7).build();
        calls.answer(RaftResponses.frame(id, error));
        assertEquals(List.of(error), ends);
    }

    @Test
    void aCallEndsAtItsDeadlineAndALateAnswerIsIgnored() throws Exception {
        long id = calls.add(LinkFrame.Kind.HEARTBEAT, callback(null), 100);
        calls.expire(99);
        assertEquals(List.of(), ends);
        calls.expire(100);
        assertInstanceOf(InvokeTimeoutException.class, ends.get(0));
        calls.answer(LinkFrame.newBuilder().setCallId(id).build());
        assertEquals(1, ends.size());
    }

    @Test
    void theEndOfTheStreamEndsEveryCallAndRefusesNewOnes() throws Exception {
        calls.add(LinkFrame.Kind.HEARTBEAT, callback(null), 100);
        calls.add(LinkFrame.Kind.APPEND_ENTRIES, callback(null), 100);
        RemotingException cause = new RemotingException("down");
        calls.end(cause);
        assertEquals(List.of(cause, cause), ends);
        assertThrows(RemotingException.class, () -> calls.add(LinkFrame.Kind.HEARTBEAT, callback(null), 100));
        assertEquals(2, ends.size());
        assertEquals(0, calls.size());
    }

    @Test
    void aCallbackWhoseExecutorIsBusyRunsElsewhere() throws Exception {
        Executor busy = task -> {
            throw new RejectedExecutionException();
        };
        calls.add(LinkFrame.Kind.APPEND_ENTRIES, callback(busy), 100);
        calls.expire(100);
        assertEquals(1, ends.size());
    }

    @Test
    void aMalformedResponseEndsTheCallAsAFailure() throws Exception {
        long id = calls.add(LinkFrame.Kind.APPEND_ENTRIES, callback(null), 100);
        calls.answer(LinkFrame.newBuilder()
                .setCallId(id)
                .setKind(LinkFrame.Kind.RESPONSE)
                .setBody(ByteString.copyFromUtf8("nonsense"))
                .build());
        assertInstanceOf(RemotingException.class, ends.get(0));
    }

    private InvokeCallback callback(@Nullable Executor executor) {
        return new InvokeCallback() {
            @Override
            public void complete(@Nullable Object result, @Nullable Throwable failure) {
                ends.add(result != null ? result : java.util.Objects.requireNonNull(failure));
            }

            @Override
            public @Nullable Executor executor() {
                return executor;
            }
        };
    }
}
