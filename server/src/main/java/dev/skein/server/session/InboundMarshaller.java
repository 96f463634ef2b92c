package dev.skein.server.session;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Publish;
import dev.skein.server.session.Inbound.Framed;
import dev.skein.server.session.Inbound.Malformed;
import dev.skein.server.session.Inbound.Publishing;
import dev.skein.wire.ByteRange;
import dev.skein.wire.SectionView;
import dev.skein.wire.WireReader;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads client frames. A publish that is written the usual way, alone in its frame and each field once, is read in place; whatever
 * else comes goes through the generated parser, so that there is one opinion on what a frame means.
 */
enum InboundMarshaller implements Marshaller<Inbound> {
    INSTANCE;

    private static final int PUBLISH = bytesTag(ClientFrame.PUBLISH_FIELD_NUMBER);
    private static final int REQUEST_ID = numberTag(Publish.REQUEST_ID_FIELD_NUMBER);
    private static final int SECTION = bytesTag(Publish.SECTION_FIELD_NUMBER);
    private static final int TIMEOUT = numberTag(Publish.TIMEOUT_MS_FIELD_NUMBER);

    @Override
    public InputStream stream(Inbound frame) {
        throw new UnsupportedOperationException("a server sends no client frames");
    }

    @Override
    public Inbound parse(InputStream stream) {
        try {
            return parse(bytes(stream));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static Inbound parse(byte[] bytes) {
        try {
            Inbound publishing = publishing(bytes);
            return publishing != null ? publishing : framed(ClientFrame.parseFrom(bytes));
        } catch (InvalidProtocolBufferException malformed) {
            return new Malformed(String.valueOf(malformed.getMessage()));
        }
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) {
            return stream.readAllBytes();
        }
        byte[] bytes = new byte[stream.available()];
        stream.readNBytes(bytes, 0, bytes.length);
        return bytes;
    }

    private static Inbound framed(ClientFrame frame) throws InvalidProtocolBufferException {
        if (!frame.hasPublish()) {
            return new Framed(frame);
        }
        Publish publish = frame.getPublish();
        SectionView section = SectionView.of(publish.getSection().toByteString());
        return new Publishing(publish.getRequestId(), section, publish.getTimeoutMs());
    }

    /** Null when the frame isn't one publish, written the usual way. */
    private static @Nullable Inbound publishing(byte[] bytes) throws InvalidProtocolBufferException {
        WireReader in = new WireReader(bytes, 0, bytes.length);
        if (in.tag() != PUBLISH) {
            return null;
        }
        int length = in.length();
        int end = in.position();
        if (end != bytes.length) {
            return null;
        }
        in.reset(end - length, end);
        return publishing(bytes, in);
    }

    private static @Nullable Inbound publishing(byte[] bytes, WireReader in) throws InvalidProtocolBufferException {
        long requestId = 0;
        int timeoutMs = 0;
        ByteRange section = null;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag == REQUEST_ID) {
                requestId = in.varint();
            } else if (tag == SECTION && section == null) {
                int length = in.length();
                section = new ByteRange(bytes, in.position() - length, in.position());
            } else if (tag == TIMEOUT) {
                timeoutMs = (int) in.varint();
            } else {
                return null;
            }
        }
        return section == null ? null : new Publishing(requestId, SectionView.of(section), timeoutMs);
    }

    private static int bytesTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int numberTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }
}
