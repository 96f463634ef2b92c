package dev.skein.benchmarks.system;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A server's frame as a load generator wants it: payloads without the rest. Decoding whole frames would make the load generator, not the server, the
 * bottleneck.
 *
 * @param kind number of the field that is set in the frame
 * @param payloads of a frame of messages
 * @param frame of any other frame
 */
record FrameSummary(int kind, List<ByteBuffer> payloads, byte[] frame) {

    static final Marshaller<FrameSummary> MARSHALLER = new Marshaller<>() {
        @Override
        public InputStream stream(FrameSummary value) {
            return new ByteArrayInputStream(value.frame());
        }

        @Override
        public FrameSummary parse(InputStream stream) {
            try {
                return of(stream.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    static FrameSummary of(byte[] frame) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(frame);
        int tag = in.readTag();
        int kind = WireFormat.getTagFieldNumber(tag);
        if (kind != ServerFrame.MESSAGES_FIELD_NUMBER) {
            return new FrameSummary(kind, List.of(), frame);
        }
        List<ByteBuffer> payloads = new ArrayList<>(1);
        int limit = in.pushLimit(in.readRawVarint32());
        for (int field = in.readTag(); field != 0; field = in.readTag()) {
            if (WireFormat.getTagFieldNumber(field) == Messages.MESSAGES_FIELD_NUMBER) {
                payloads.add(payloadOf(in, frame));
            } else {
                in.skipField(field);
            }
        }
        in.popLimit(limit);
        return new FrameSummary(kind, payloads, frame);
    }

    private static ByteBuffer payloadOf(CodedInputStream in, byte[] frame) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        ByteBuffer payload = ByteBuffer.allocate(0);
        for (int field = in.readTag(); field != 0; field = in.readTag()) {
            if (WireFormat.getTagFieldNumber(field) == StoredMessage.BODY_FIELD_NUMBER) {
                payload = bodyPayload(in, frame);
            } else {
                in.skipField(field);
            }
        }
        in.popLimit(limit);
        return payload;
    }

    private static ByteBuffer bodyPayload(CodedInputStream in, byte[] frame) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        ByteBuffer payload = ByteBuffer.allocate(0);
        for (int field = in.readTag(); field != 0; field = in.readTag()) {
            if (WireFormat.getTagFieldNumber(field) == MessageBody.PAYLOAD_FIELD_NUMBER) {
                int length = in.readRawVarint32();
                payload = ByteBuffer.wrap(frame, in.getTotalBytesRead(), length).slice();
                in.skipRawBytes(length);
            } else {
                in.skipField(field);
            }
        }
        in.popLimit(limit);
        return payload;
    }
}
