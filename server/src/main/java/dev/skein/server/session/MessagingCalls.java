package dev.skein.server.session;

import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.server.access.Caller;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * The Messaging service. Bound by hand for one reason: frames of a session are read and written as bytes and not as decoded
 * messages. The names and the schema that reflection shows are those of the generated service.
 */
final class MessagingCalls implements BindableService {

    private static final MethodDescriptor<Inbound, FrameBytes> SESSION = MessagingGrpc.getSessionMethod().toBuilder(
                    InboundMarshaller.INSTANCE, FrameMarshaller.INSTANCE)
            .build();

    private final Sessions sessions;
    private final UnaryCalls unary;

    MessagingCalls(Sessions sessions, UnaryCalls unary) {
        this.sessions = sessions;
        this.unary = unary;
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServiceDescriptor generated = MessagingGrpc.getServiceDescriptor();
        ServiceDescriptor descriptor = ServiceDescriptor.newBuilder(generated.getName())
                .setSchemaDescriptor(generated.getSchemaDescriptor())
                .addMethod(SESSION)
                .addMethod(MessagingGrpc.getPublishMethod())
                .addMethod(MessagingGrpc.getHistoryMethod())
                .addMethod(MessagingGrpc.getDescribeNamespaceMethod())
                .addMethod(MessagingGrpc.getDescribeChannelMethod())
                .build();
        return ServerServiceDefinition.builder(descriptor)
                .addMethod(SESSION, ServerCalls.asyncBidiStreamingCall(this::session))
                .addMethod(MessagingGrpc.getPublishMethod(), ServerCalls.asyncUnaryCall(unary::publish))
                .addMethod(MessagingGrpc.getHistoryMethod(), ServerCalls.asyncUnaryCall(unary::history))
                .addMethod(
                        MessagingGrpc.getDescribeNamespaceMethod(),
                        ServerCalls.asyncUnaryCall(unary::describeNamespace))
                .addMethod(MessagingGrpc.getDescribeChannelMethod(), ServerCalls.asyncUnaryCall(unary::describeChannel))
                .build();
    }

    private StreamObserver<Inbound> session(StreamObserver<FrameBytes> observer) {
        ServerCallStreamObserver<FrameBytes> out = (ServerCallStreamObserver<FrameBytes>) observer;
        out.disableAutoRequest();
        SessionInlet inlet = new SessionInlet();
        out.setOnCancelHandler(inlet::gone);
        out.setOnReadyHandler(inlet::ready);
        sessions.open(new StreamTransport(out), Caller.ofCall()).ifPresent(inlet::attach);
        return inlet;
    }
}
