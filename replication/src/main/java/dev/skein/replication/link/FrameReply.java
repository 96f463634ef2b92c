package dev.skein.replication.link;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.google.protobuf.Message;
import java.util.function.Consumer;

/** Where JRaft puts the response to one request. */
final class FrameReply implements RpcContext {

    private final String sender;
    private final Consumer<Message> reply;

    FrameReply(String sender, Consumer<Message> reply) {
        this.sender = sender;
        this.reply = reply;
    }

    @Override
    public void sendResponse(Object response) {
        reply.accept((Message) response);
    }

    /** JRaft asks for it only in request handlers that aren't used here. */
    @Override
    public Connection getConnection() {
        throw new UnsupportedOperationException("a group has no connection of its own");
    }

    @Override
    public String getRemoteAddress() {
        return sender;
    }
}
