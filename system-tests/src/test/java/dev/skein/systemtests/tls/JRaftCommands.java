package dev.skein.systemtests.tls;

import com.alipay.sofa.jraft.rpc.CliRequests;
import com.google.protobuf.Message;
import dev.skein.proto.client.v1.MessagingGrpc;
import io.grpc.MethodDescriptor;
import java.util.Arrays;
import java.util.List;

/** The RPCs by which JRaft's own command-line service would be reached over gRPC, had it a server. */
final class JRaftCommands {

    private JRaftCommands() {}

    static List<MethodDescriptor<?, ?>> list() {
        return Arrays.stream(CliRequests.class.getDeclaredClasses())
                .filter(type -> Message.class.isAssignableFrom(type)
                        && type.getSimpleName().endsWith("Request"))
                .<MethodDescriptor<?, ?>>map(type -> MessagingGrpc.getPublishMethod().toBuilder()
                        .setFullMethodName(type.getName() + "/_call")
                        .build())
                .toList();
    }
}
