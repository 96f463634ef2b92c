package dev.skein.server.session;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Puts serialised server frames on the wire as they are. */
enum FrameMarshaller implements Marshaller<FrameBytes> {
    INSTANCE;

    @Override
    public InputStream stream(FrameBytes frame) {
        return new FrameStream(frame.bytes());
    }

    @Override
    public FrameBytes parse(InputStream stream) {
        try {
            return new FrameBytes(stream.readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Tells gRPC the length beforehand and writes itself in one piece. */
    private static final class FrameStream extends ByteArrayInputStream implements KnownLength, Drainable {

        FrameStream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
