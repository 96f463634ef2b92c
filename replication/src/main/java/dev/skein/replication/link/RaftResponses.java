package dev.skein.replication.link;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.skein.proto.replication.v1.LinkFrame;

/** Which response answers which kind of request, and how responses stand in frames. */
final class RaftResponses {

    private RaftResponses() {}

    static Message parse(LinkFrame.Kind request, LinkFrame response) throws InvalidProtocolBufferException {
        ByteString body = response.getBody();
        if (response.getKind() == LinkFrame.Kind.ERROR_RESPONSE) {
            return ErrorResponse.parseFrom(body);
        }
        return switch (request) {
            case PRE_VOTE_OR_VOTE -> RequestVoteResponse.parseFrom(body);
            case APPEND_ENTRIES, HEARTBEAT -> AppendEntriesResponse.parseFrom(body);
            case INSTALL_SNAPSHOT -> InstallSnapshotResponse.parseFrom(body);
            case TIMEOUT_NOW -> TimeoutNowResponse.parseFrom(body);
            case GET_FILE -> GetFileResponse.parseFrom(body);
            case READ_INDEX -> ReadIndexResponse.parseFrom(body);
            default -> ErrorResponse.parseFrom(body);
        };
    }

    static LinkFrame frame(long callId, Message response) {
        return LinkFrame.newBuilder()
                .setCallId(callId)
                .setKind(response instanceof ErrorResponse ? LinkFrame.Kind.ERROR_RESPONSE : LinkFrame.Kind.RESPONSE)
                .setBody(response.toByteString())
                .build();
    }
}
