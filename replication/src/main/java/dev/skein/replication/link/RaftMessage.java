package dev.skein.replication.link;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.skein.proto.replication.v1.LinkFrame;
import java.util.Optional;

/**
 * A JRaft request made ready for a frame. The body is serialised here, in the caller's thread: JRaft reuses the buffers behind
 * an AppendEntries as soon as the call ends, which may be before the frame is sent.
 */
record RaftMessage(LinkFrame.Kind kind, String group, ByteString body) {

    static Optional<RaftMessage> of(Message request) {
        if (request instanceof AppendEntriesRequest append) {
            LinkFrame.Kind kind = isHeartbeat(append) ? LinkFrame.Kind.HEARTBEAT : LinkFrame.Kind.APPEND_ENTRIES;
            return message(kind, append.getGroupId(), append);
        }
        if (request instanceof RequestVoteRequest vote) {
            return message(LinkFrame.Kind.PRE_VOTE_OR_VOTE, vote.getGroupId(), vote);
        }
        if (request instanceof ReadIndexRequest read) {
            return message(LinkFrame.Kind.READ_INDEX, read.getGroupId(), read);
        }
        if (request instanceof TimeoutNowRequest timeoutNow) {
            return message(LinkFrame.Kind.TIMEOUT_NOW, timeoutNow.getGroupId(), timeoutNow);
        }
        if (request instanceof InstallSnapshotRequest install) {
            return message(LinkFrame.Kind.INSTALL_SNAPSHOT, install.getGroupId(), install);
        }
        if (request instanceof GetFileRequest file) {
            return message(LinkFrame.Kind.GET_FILE, "", file);
        }
        if (request instanceof PingRequest ping) {
            return message(LinkFrame.Kind.PING, "", ping);
        }
        return Optional.empty();
    }

    /** A probe has a data field, even if empty; it counts as an append because its answer moves the replicator. */
    private static boolean isHeartbeat(AppendEntriesRequest append) {
        return append.getEntriesCount() == 0 && !append.hasData();
    }

    private static Optional<RaftMessage> message(LinkFrame.Kind kind, String group, Message body) {
        return Optional.of(new RaftMessage(kind, group, body.toByteString()));
    }

    LinkFrame frame(long callId) {
        return LinkFrame.newBuilder()
                .setCallId(callId)
                .setKind(kind)
                .setBody(body)
                .setGroup(group)
                .build();
    }
}
