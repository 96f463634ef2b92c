package dev.skein.client.internal.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.skein.client.internal.core.SectionFrame;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.ServerFrame;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The session call with marshallers of its own: a section's bytes go from the publishes straight into the transport's buffer, and payloads
 * that arrive stay where they were read until they are copied for the application.
 */
final class FrameCodec {

    static final MethodDescriptor<Outgoing, ServerFrame> SESSION = MessagingGrpc.getSessionMethod().toBuilder(
                    new ToServer(), new FromServer())
            .build();

    private FrameCodec() {}

    /** A frame that knows how to write itself. */
    interface Outgoing {

        int size();

        void writeTo(OutputStream out) throws IOException;
    }

    /** A frame of the control kind. */
    record Small(ClientFrame frame) implements Outgoing {

        @Override
        public int size() {
            return frame.getSerializedSize();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            frame.writeTo(out);
        }
    }

    /** A frame with messages. */
    record Large(SectionFrame frame) implements Outgoing {

        @Override
        public int size() {
            return frame.size();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            frame.writeTo(out);
        }
    }

    private static final class ToServer implements MethodDescriptor.Marshaller<Outgoing> {

        @Override
        public InputStream stream(Outgoing frame) {
            return new FrameStream(frame);
        }

        @Override
        public Outgoing parse(InputStream bytes) {
            throw new UnsupportedOperationException("a client reads no frames of clients");
        }
    }

    private static final class FromServer implements MethodDescriptor.Marshaller<ServerFrame> {

        @Override
        public InputStream stream(ServerFrame frame) {
            throw new UnsupportedOperationException("a client sends no frames of servers");
        }

        @Override
        public ServerFrame parse(InputStream bytes) {
            try {
                // Nobody else has this array, so the frame may refer to it instead of copying each payload out of it.
                CodedInputStream in =
                        UnsafeByteOperations.unsafeWrap(allOf(bytes)).newCodedInput();
                in.enableAliasing(true);
                ServerFrame frame = ServerFrame.parseFrom(in);
                in.checkLastTagWas(0);
                return frame;
            } catch (InvalidProtocolBufferException malformed) {
                throw Status.INTERNAL
                        .withDescription("the node sent a malformed frame")
                        .withCause(malformed)
                        .asRuntimeException();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }

    private static byte[] allOf(InputStream bytes) throws IOException {
        if (!(bytes instanceof KnownLength)) {
            return bytes.readAllBytes();
        }
        byte[] all = new byte[bytes.available()];
        int read = bytes.readNBytes(all, 0, all.length);
        return read == all.length ? all : Arrays.copyOf(all, read);
    }

    /** Drained by the transport; read byte by byte only by one that doesn't know how to drain. */
    private static final class FrameStream extends InputStream implements KnownLength, Drainable {

        private @Nullable Outgoing frame;
        private InputStream read = InputStream.nullInputStream();

        FrameStream(Outgoing frame) {
            this.frame = frame;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            Outgoing whole = frame;
            frame = null;
            if (whole == null) {
                return (int) read.transferTo(target);
            }
            whole.writeTo(target);
            return whole.size();
        }

        @Override
        public int available() throws IOException {
            return frame != null ? frame.size() : read.available();
        }

        @Override
        public int read() throws IOException {
            materialise();
            return read.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            materialise();
            return read.read(target, offset, length);
        }

        private void materialise() throws IOException {
            Outgoing whole = frame;
            if (whole != null) {
                frame = null;
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(whole.size());
                whole.writeTo(bytes);
                read = new ByteArrayInputStream(bytes.toByteArray());
            }
        }
    }
}
