package dev.skein.replication.link;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcResponseClosureAdapter;
import com.alipay.sofa.jraft.storage.FileService;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import dev.skein.proto.replication.v1.HandOver;
import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.replication.disk.DiskFitness;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the requests of other nodes to this node's Raft groups and their responses back. */
final class RaftRequests {

    private static final Logger log = LoggerFactory.getLogger(RaftRequests.class);

    private final PeerId self;
    private final LinkThreads threads;
    private final SenderGate gate;
    private final DiskFitness disk;

    /** What is known of each local replica's commits; goes with the replica. */
    private final Map<Node, PushedCommit> pushedCommits = Collections.synchronizedMap(new WeakHashMap<>());

    /** A request that this node refuses; the text goes to the sender. */
    private static final class Refused extends Exception {
        private final RaftError error;

        Refused(RaftError error, String text) {
            super(text, null, false, false);
            this.error = error;
        }
    }

    /** Handles one request; returns the response unless it is or will be sent through the closure. */
    private interface Handler {
        @Nullable
        Message handle(RpcRequestClosure done) throws Refused, IOException;
    }

    RaftRequests(LinkSetup setup, SenderGate gate) {
        this.self = RaftPeers.peer(setup.config().self(), setup.config().storageIncarnation());
        this.threads = setup.threads();
        this.disk = setup.disk();
        this.gate = gate;
    }

    /** Queues a request for the thread that may handle it. Never waits. */
    void dispatch(InboundLink link, LinkFrame frame) {
        if (frame.getKind() != LinkFrame.Kind.GET_FILE && !disk.takesRequests()) {
            // Its handler could wait for the disk, and others for its lock: a leader here must still be able to step
            // down.
            link.release(frame);
            link.refused();
            link.reply(frame, error(RaftError.EBUSY, "the disk of this node stands still"));
            return;
        }
        int group = frame.getGroup().hashCode();
        switch (frame.getKind()) {
            case APPEND_ENTRIES ->
                threads.appendLanes.execute(
                        appendLane(frame, link), () -> run(link, frame, d -> append(link, frame, d)));
            case COMMIT_PUSH ->
                threads.appendLanes.execute(appendLane(frame, link), () -> run(link, frame, d -> push(link, frame)));
            case HAND_OVER ->
                threads.appendLanes.execute(
                        appendLane(frame, link), () -> run(link, frame, d -> handOver(link, frame)));
            case HEARTBEAT ->
                threads.controlLanes.execute(group, () -> run(link, frame, d -> heartbeat(link, frame, d)));
            case PRE_VOTE_OR_VOTE ->
                threads.controlLanes.execute(group, () -> run(link, frame, d -> vote(link, frame)));
            case TIMEOUT_NOW ->
                threads.controlLanes.execute(group, () -> run(link, frame, d -> timeoutNow(link, frame, d)));
            case READ_INDEX ->
                threads.controlLanes.execute(group, () -> run(link, frame, d -> readIndex(link, frame, d)));
            case INSTALL_SNAPSHOT -> threads.install.execute(() -> run(link, frame, d -> install(link, frame, d)));
            case GET_FILE -> threads.disk.execute(() -> run(link, frame, d -> getFile(frame, d)));
            default -> {
                link.release(frame);
                link.reply(frame, error(RaftError.EINVAL, "unknown kind of request"));
            }
        }
    }

    private static int appendLane(LinkFrame frame, InboundLink link) {
        return frame.getGroup().hashCode() * 31 + link.peer().hashCode();
    }

    private void run(InboundLink link, LinkFrame frame, Handler handler) {
        try {
            RpcRequestClosure done =
                    new RpcRequestClosure(new FrameReply(link.peer().toString(), m -> link.reply(frame, m)));
            Message response = handler.handle(done);
            if (response != null) {
                done.sendResponse(response);
            }
        } catch (Refused e) {
            link.refused();
            link.reply(frame, error(e.error, e.getMessage()));
        } catch (IOException | RuntimeException e) {
            if (isServing(frame.getGroup())) {
                log.error("cannot handle {} of group {} from {}", frame.getKind(), frame.getGroup(), link.peer(), e);
            }
            link.reply(frame, error(RaftError.EINTERNAL, "cannot handle the request"));
        } finally {
            link.release(frame);
        }
    }

    /** JRaft throws this and that in a replica that is being shut down, which is nobody's concern. */
    private boolean isServing(String group) {
        Node node = NodeManager.getInstance().get(group, self);
        return group.isEmpty() || (node != null && node.getNodeState().isActive());
    }

    static ErrorResponse error(RaftError error, String text) {
        return ErrorResponse.newBuilder()
                .setErrorCode(error.getNumber())
                .setErrorMsg(text)
                .build();
    }

    private @Nullable Message append(InboundLink link, LinkFrame frame, RpcRequestClosure done)
            throws Refused, IOException {
        AppendEntriesRequest request = AppendEntriesRequest.parseFrom(aliased(frame.getBody()));
        NodeImpl node = node(frame, request.getPeerId());
        PeerId leader = sender(link, request.getServerId());
        if (!gate.admitsLeader(node, leader)) {
            throw stranger(leader, frame);
        }
        if (!disk.takesEntries() && holdsData(request)) {
            throw noRoom();
        }
        FrameReply reply = new FrameReply(leader.toString(), response -> {
            done.sendResponse(response);
            appended(node, leader, request, response);
        });
        RpcRequestClosure closure = new RpcRequestClosure(reply);
        Message response = node.handleAppendEntriesRequest(request, closure);
        ElectionTimer.heard(node, leader);
        if (response != null) {
            closure.sendResponse(response);
        }
        return null;
    }

    /** Entries are on disk, or were refused. Runs on whatever thread answers, so it only queues. */
    private void appended(NodeImpl node, PeerId leader, AppendEntriesRequest request, Message response) {
        if (!(response instanceof AppendEntriesResponse append) || !append.getSuccess()) {
            return;
        }
        gate.accepted(node, leader);
        int count = request.getEntriesCount();
        if (count > 0) {
            PushedCommit.LogPoint point = new PushedCommit.LogPoint(
                    request.getPrevLogIndex() + count,
                    request.getEntries(count - 1).getTerm());
            PushedCommit known = pushedCommit(node);
            known.stable(request.getTerm(), point)
                    .ifPresent(commit -> threads.appendLanes.execute(
                            node.getNodeId().hashCode(), () -> tellOf(node, leader, request.getTerm(), commit)));
            if (known.isHeir()) {
                stand(node, leader, request.getTerm());
            }
        }
    }

    private @Nullable Message handOver(InboundLink link, LinkFrame frame) throws Refused, IOException {
        HandOver wish = HandOver.parseFrom(frame.getBody());
        NodeImpl node = node(frame, wish.getHeir());
        PeerId leader = sender(link, wish.getLeader());
        if (!gate.admitsLeader(node, leader)) {
            throw stranger(leader, frame);
        }
        PushedCommit known = pushedCommit(node);
        known.heirAt(wish.getTerm(), wish.getIndex());
        if (known.isHeir()) {
            stand(node, leader, wish.getTerm());
        }
        return null;
    }

    /** As if the leader had said so now. Waits for the disk, so it runs where votes do. */
    private void stand(NodeImpl node, PeerId leader, long term) {
        TimeoutNowRequest request = TimeoutNowRequest.newBuilder()
                .setGroupId(node.getGroupId())
                .setServerId(leader.toString())
                .setPeerId(node.getNodeId().getPeerId().toString())
                .setTerm(term)
                .build();
        threads.controlLanes.execute(node.getGroupId().hashCode(), () -> {
            try {
                node.handleTimeoutNowRequest(request, new RpcRequestClosure(new FrameReply("", m -> {})));
            } catch (RuntimeException e) {
                log.error("group {} can't take over from {}", node.getGroupId(), leader, e);
            }
        });
    }

    private @Nullable Message push(InboundLink link, LinkFrame frame) throws Refused, IOException {
        AppendEntriesRequest request = AppendEntriesRequest.parseFrom(frame.getBody());
        NodeImpl node = node(frame, request.getPeerId());
        PeerId leader = sender(link, request.getServerId());
        if (gate.admitsLeader(node, leader)) {
            pushedCommit(node)
                    .pushed(
                            request.getTerm(),
                            new PushedCommit.LogPoint(request.getPrevLogIndex(), request.getPrevLogTerm()))
                    .ifPresent(commit -> tellOf(node, leader, request.getTerm(), commit));
        }
        return null;
    }

    private void tellOf(NodeImpl node, PeerId leader, long term, PushedCommit.LogPoint commit) {
        try {
            CommitPush push = new CommitPush(
                    node.getGroupId(), leader, node.getNodeId().getPeerId(), term, commit.index(), commit.term());
            node.handleAppendEntriesRequest(push.request(), new RpcRequestClosure(new FrameReply("", m -> {})));
        } catch (RuntimeException e) {
            log.error("cannot tell group {} of a commit", node.getGroupId(), e);
        }
    }

    private PushedCommit pushedCommit(NodeImpl node) {
        return pushedCommits.computeIfAbsent(node, key -> new PushedCommit());
    }

    private @Nullable Message heartbeat(InboundLink link, LinkFrame frame, RpcRequestClosure done)
            throws Refused, IOException {
        AppendEntriesRequest request = AppendEntriesRequest.parseFrom(frame.getBody());
        NodeImpl node = node(frame, request.getPeerId());
        PeerId leader = sender(link, request.getServerId());
        if (!gate.admitsLeader(node, leader)) {
            throw stranger(leader, frame);
        }
        Message response = node.handleAppendEntriesRequest(request, done);
        if (response instanceof AppendEntriesResponse append && append.getSuccess()) {
            gate.accepted(node, leader);
        }
        ElectionTimer.heard(node, leader);
        return response;
    }

    private @Nullable Message vote(InboundLink link, LinkFrame frame) throws Refused, IOException {
        RequestVoteRequest request = RequestVoteRequest.parseFrom(frame.getBody());
        NodeImpl node = node(frame, request.getPeerId());
        PeerId candidate = sender(link, request.getServerId());
        if (request.getPreVote()) {
            return node.handlePreVoteRequest(request);
        }
        if (!gate.admitsCandidate(node, candidate)) {
            throw stranger(candidate, frame);
        }
        return node.handleRequestVoteRequest(request);
    }

    private @Nullable Message timeoutNow(InboundLink link, LinkFrame frame, RpcRequestClosure done)
            throws Refused, IOException {
        TimeoutNowRequest request = TimeoutNowRequest.parseFrom(frame.getBody());
        NodeImpl node = node(frame, request.getPeerId());
        PeerId leader = sender(link, request.getServerId());
        if (!gate.admitsLeader(node, leader)) {
            throw stranger(leader, frame);
        }
        return node.handleTimeoutNowRequest(request, done);
    }

    private @Nullable Message readIndex(InboundLink link, LinkFrame frame, RpcRequestClosure done)
            throws Refused, IOException {
        ReadIndexRequest request = ReadIndexRequest.parseFrom(frame.getBody());
        NodeImpl node = node(frame, request.getPeerId());
        sender(link, request.getServerId());
        node.handleReadIndexRequest(request, new RpcResponseClosureAdapter<>() {
            @Override
            public void run(Status status) {
                ReadIndexResponse response = getResponse();
                if (response != null) {
                    done.sendResponse(response);
                } else {
                    done.run(status);
                }
            }
        });
        return null;
    }

    private @Nullable Message install(InboundLink link, LinkFrame frame, RpcRequestClosure done)
            throws Refused, IOException {
        InstallSnapshotRequest request = InstallSnapshotRequest.parseFrom(frame.getBody());
        NodeImpl node = node(frame, request.getPeerId());
        PeerId leader = sender(link, request.getServerId());
        if (!gate.admitsLeader(node, leader)) {
            throw stranger(leader, frame);
        }
        if (!disk.takesEntries()) {
            throw noRoom();
        }
        return node.handleInstallSnapshot(request, done);
    }

    private static @Nullable Message getFile(LinkFrame frame, RpcRequestClosure done) throws IOException {
        return FileService.getInstance().handleGetFile(GetFileRequest.parseFrom(frame.getBody()), done);
    }

    /** The payload stays a view of the frame's bytes; JRaft copies each entry out of it. */
    private static CodedInputStream aliased(ByteString body) {
        CodedInputStream in = body.newCodedInput();
        in.enableAliasing(true);
        return in;
    }

    private NodeImpl node(LinkFrame frame, String peerText) throws Refused {
        PeerId peer = RaftPeers.parse(peerText);
        Node node = NodeManager.getInstance().get(frame.getGroup(), peer);
        if (node == null || !peer.equals(self) || !node.getNodeState().isActive()) {
            throw new Refused(RaftError.ENOENT, "group " + frame.getGroup() + " has no replica " + peerText + " here");
        }
        return (NodeImpl) node;
    }

    /** The sender named in the request must be the node at the other end of the link, with its present storage. */
    private static PeerId sender(InboundLink link, String text) throws Refused {
        PeerId sender = RaftPeers.parse(text);
        if (!sender.equals(link.peer())) {
            throw new Refused(RaftError.EACCES, "sender: " + text + " (expected: " + link.peer() + ")");
        }
        return sender;
    }

    /** Raft's own entries are small and few, and without them nobody could be elected. */
    private static boolean holdsData(AppendEntriesRequest request) {
        return request.getEntriesList().stream().anyMatch(entry -> entry.getType() == EntryType.ENTRY_TYPE_DATA);
    }

    private static Refused noRoom() {
        return new Refused(RaftError.EBUSY, "the disk of this node is full");
    }

    private static Refused stranger(PeerId sender, LinkFrame frame) {
        return new Refused(RaftError.EACCES, sender + " is no member of group " + frame.getGroup());
    }
}
