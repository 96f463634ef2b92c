package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.rpc.CliRequests;
import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.JRaftServiceLoader;
import com.google.protobuf.Message;
import dev.skein.proto.replication.v1.LinkFrame;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** JRaft's own command-line service could change any group's membership: nothing carries its requests, nothing serves them. */
class JRaftCommandsTest {

    @Test
    void noCommandFitsALink() throws ReflectiveOperationException {
        List<Class<?>> commands = Arrays.stream(CliRequests.class.getDeclaredClasses())
                .filter(type -> Message.class.isAssignableFrom(type))
                .toList();

        assertTrue(commands.size() >= 10, commands::toString);
        for (Class<?> command : commands) {
            Message message = (Message) command.getMethod("getDefaultInstance").invoke(null);
            assertEquals(Optional.empty(), RaftMessage.of(message), command::getName);
        }
    }

    @Test
    void linksCarryTheseRequestsAndNoOthers() {
        assertEquals(
                EnumSet.of(
                        LinkFrame.Kind.KIND_UNSPECIFIED,
                        LinkFrame.Kind.PING,
                        LinkFrame.Kind.PRE_VOTE_OR_VOTE,
                        LinkFrame.Kind.APPEND_ENTRIES,
                        LinkFrame.Kind.HEARTBEAT,
                        LinkFrame.Kind.INSTALL_SNAPSHOT,
                        LinkFrame.Kind.TIMEOUT_NOW,
                        LinkFrame.Kind.GET_FILE,
                        LinkFrame.Kind.READ_INDEX,
                        LinkFrame.Kind.COMMIT_PUSH,
                        LinkFrame.Kind.RESPONSE,
                        LinkFrame.Kind.ERROR_RESPONSE,
                        LinkFrame.Kind.HAND_OVER,
                        LinkFrame.Kind.UNRECOGNIZED),
                EnumSet.allOf(LinkFrame.Kind.class));
    }

    @Test
    void jraftFindsNoServerOfItsOwn() {
        RaftRpcFactory factory = JRaftServiceLoader.load(RaftRpcFactory.class).first();

        assertEquals(SkeinRaftRpcFactory.class, factory.getClass());
        assertThrows(UnsupportedOperationException.class, () -> factory.createRpcServer(new Endpoint("127.0.0.1", 0)));
    }
}
