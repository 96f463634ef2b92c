package dev.skein.benchmarks.system;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.client.v1.ServerFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** How publishes and their answers look on the wire, without producers: what a client that numbers nothing and tries nothing again needs. */
final class PublishFrames {

    private PublishFrames() {}

    /**
     * What the server said to a publish.
     *
     * @param reason why it was refused; empty: it was taken
     * @param retryAfterMillis when to try again, as the refusal said; 0: it said nothing
     */
    record Answer(long request, String reason, int retryAfterMillis) {

        boolean isRefused() {
            return !reason.isEmpty();
        }
    }

    /** Messages of one channel, as one section. */
    static ClientFrame publish(long request, String channel, List<ByteString> payloads) {
        ChannelMessages.Builder messages = ChannelMessages.newBuilder().setChannel(channel);
        for (ByteString payload : payloads) {
            messages.addMessages(MessageBody.newBuilder().setPayload(payload));
        }
        return ClientFrame.newBuilder()
                .setPublish(Publish.newBuilder()
                        .setRequestId(request)
                        .setSection(Section.newBuilder().addChannels(messages)))
                .build();
    }

    /** Reads a frame of receipts. */
    static Answer answer(FrameSummary frame) {
        try {
            Receipts receipts = ServerFrame.parseFrom(frame.frame()).getReceipts();
            String reason =
                    receipts.hasError() ? receipts.getError().getReason().name().replace("REASON_", "") : "";
            return new Answer(
                    receipts.getRequestId(), reason, receipts.getError().getRetryAfterMs());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first message of a publish. */
    static MessageBody firstBody(Publish publish) {
        return publish.getSection().getChannels(0).getMessages(0);
    }

    /** The answer to a publish of one message. */
    static Receipts taken(long request, long serial) {
        return Receipts.newBuilder()
                .setRequestId(request)
                .addRuns(ReceiptRun.newBuilder().setEpoch(1).addSerials(serial))
                .build();
    }
}
