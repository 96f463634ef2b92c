package dev.skein.benchmarks.system;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.skein.benchmarks.system.PublishFrames.Answer;
import dev.skein.proto.client.v1.ServerFrame;
import java.util.ArrayList;
import java.util.List;

/** Skein's sessions, a stream on each connection; a channel stays with one of them. The request id is the token. */
final class SectionStreams implements SectionClient {

    private final Sessions sessions;
    private final List<SessionStream> streams = new ArrayList<>();
    private final Answers answers;
    private final String channelPrefix;

    /** @param channelPrefix put before each channel's name */
    SectionStreams(List<String> endpoints, String channelPrefix, int connections, Answers answers) {
        this.channelPrefix = channelPrefix;
        this.answers = answers;
        this.sessions = new Sessions(endpoints, connections);
        for (int i = 0; i < connections; i++) {
            streams.add(sessions.open(this::answered));
        }
    }

    @Override
    public boolean offer(String channel, byte[][] payloads, long token) {
        SessionStream stream = streams.get(Math.floorMod(channel.hashCode(), streams.size()));
        List<ByteString> bytes = new ArrayList<>(payloads.length);
        for (byte[] payload : payloads) {
            bytes.add(UnsafeByteOperations.unsafeWrap(payload));
        }
        return stream.offer(PublishFrames.publish(token, channelPrefix + channel, bytes));
    }

    private void answered(FrameSummary summary) {
        if (summary.kind() != ServerFrame.RECEIPTS_FIELD_NUMBER) {
            return;
        }
        Answer answer = PublishFrames.answer(summary);
        if (answer.isRefused()) {
            answers.refused(answer.request(), answer.reason(), answer.retryAfterMillis());
        } else {
            answers.taken(answer.request());
        }
    }

    @Override
    public String firstEnd() {
        return sessions.firstEnd().isOk() ? "" : sessions.firstEnd().toString();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
