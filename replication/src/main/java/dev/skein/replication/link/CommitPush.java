package dev.skein.replication.link;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import dev.skein.proto.replication.v1.LinkFrame;

/** "Committed up to here", from a leader to one follower: what a heartbeat would say, without waiting for it. */
record CommitPush(String group, PeerId leader, PeerId follower, long term, long index, long indexTerm) {

    AppendEntriesRequest request() {
        return AppendEntriesRequest.newBuilder()
                .setGroupId(group)
                .setServerId(leader.toString())
                .setPeerId(follower.toString())
                .setTerm(term)
                .setPrevLogIndex(index)
                .setPrevLogTerm(indexTerm)
                .setCommittedIndex(index)
                .build();
    }

    LinkFrame frame() {
        return new RaftMessage(LinkFrame.Kind.COMMIT_PUSH, group, request().toByteString()).frame(0);
    }
}
