package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.entity.PeerId;
import com.codahale.metrics.MetricRegistry;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.LinkHello;
import dev.skein.replication.disk.DiskFitness;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Another node that sends anything after a good hello: every call is answered, and a hello is taken or ends the link. */
final class LinkFuzzTest {

    private static final NodeId SELF = new NodeId("us-a");
    private static final int FRAMES_MAX = 64;

    private LinkThreads threads;

    @BeforeEach
    void startThreads() {
        threads = new LinkThreads("fuzz");
    }

    @AfterEach
    void stopThreads() {
        threads.close();
    }

    @FuzzTest(maxDuration = "1m")
    void frames(byte[] bytes) throws InterruptedException {
        LinkFrames message;
        try {
            message = LinkFrames.parseFrom(bytes);
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        if (message.getFramesCount() <= FRAMES_MAX) {
            Answers answers = new Answers();
            InboundLink link = link(answers);
            link.onNext(LinkFrames.newBuilder().setHello(hello()).build());
            link.onNext(message.toBuilder().clearHello().build());
            int calls = (int) message.getFramesList().stream()
                    .filter(frame -> frame.getCallId() != 0)
                    .count();
            assertTrue(answers.frames.tryAcquire(calls, 10, TimeUnit.SECONDS), () -> "unanswered: " + message);
            assertEquals(0, answers.errors);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void hellos(byte[] bytes) {
        Answers answers = new Answers();
        try {
            link(answers)
                    .onNext(LinkFrames.newBuilder()
                            .setHello(LinkHello.parseFrom(bytes))
                            .build());
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        assertEquals(1, answers.errors + answers.hellos);
    }

    @FuzzTest(maxDuration = "1m")
    void responses(byte[] bytes) {
        for (LinkFrame.Kind kind : LinkFrame.Kind.values()) {
            try {
                RaftResponses.parse(
                        kind,
                        LinkFrame.newBuilder()
                                .setKind(LinkFrame.Kind.RESPONSE)
                                .setBody(ByteString.copyFrom(bytes))
                                .build());
            } catch (InvalidProtocolBufferException refused) {
                continue;
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void peers(byte[] bytes) {
        try {
            PeerId peer = RaftPeers.parse(new String(bytes, StandardCharsets.UTF_8));
            assertEquals(peer, RaftPeers.parse(peer.toString()));
        } catch (IllegalArgumentException refused) {
            return;
        }
    }

    private InboundLink link(Answers answers) {
        LinkEnvironment environment = new LinkEnvironment(
                node -> Optional.empty(),
                address -> {
                    throw new IllegalStateException("nobody is called");
                },
                () -> Runnable::run,
                EntrySource.none(),
                new MetricRegistry(),
                TimeSource.system(),
                new Random(1),
                DiskFitness.WELL);
        LinkSetup setup = new LinkSetup(
                LinkConfig.of("cluster", SELF, 1),
                environment,
                threads,
                new LinkMetrics(environment.metrics()),
                List::of);
        RaftRequests requests = new RaftRequests(setup, new SenderGate(environment.time()));
        return new InboundLink(setup, answers, requests, new InboundLinks(node -> {}));
    }

    private static LinkHello hello() {
        return LinkHello.newBuilder()
                .setVersion(RaftLinks.VERSION)
                .setClusterId("cluster")
                .setNode("eu-a")
                .setStorageIncarnation(1)
                .build();
    }

    /** The stream back: counts. */
    private static final class Answers extends ServerCallStreamObserver<LinkFrames> {

        final Semaphore frames = new Semaphore(0);
        volatile int hellos;
        volatile int errors;

        @Override
        public void onNext(LinkFrames message) {
            hellos += message.hasHello() ? 1 : 0;
            frames.release(message.getFramesCount());
        }

        @Override
        public void onError(Throwable cause) {
            errors++;
        }

        @Override
        public void onCompleted() {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
