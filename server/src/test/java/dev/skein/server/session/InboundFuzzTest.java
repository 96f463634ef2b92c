package dev.skein.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.server.session.Inbound.Malformed;
import dev.skein.server.session.Inbound.Publishing;
import dev.skein.wire.SectionView;

final class InboundFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aFrameMeansWhatTheGeneratedParserSaysOrIsMalformed(byte[] bytes) {
        Inbound read = InboundMarshaller.parse(bytes);
        if (read instanceof Malformed) {
            return;
        }
        try {
            ClientFrame parsed = ClientFrame.parseFrom(bytes);
            assertEquals(parsed.hasPublish(), read instanceof Publishing);
            if (read instanceof Publishing publishing) {
                compare(parsed, publishing);
            }
        } catch (InvalidProtocolBufferException malformedBody) {
            // Bodies of a publish are looked at later, by BodyCheck.
        }
    }

    private static void compare(ClientFrame parsed, Publishing read) throws InvalidProtocolBufferException {
        assertEquals(parsed.getPublish().getRequestId(), read.requestId());
        assertEquals(parsed.getPublish().getTimeoutMs(), read.timeoutMs());
        SectionView expected = SectionView.of(parsed.getPublish().getSection().toByteString());
        assertEquals(expected.parts(), read.section().parts());
        assertEquals(expected.messages(), read.section().messages());
        assertEquals(expected.producer(), read.section().producer());
        for (int part = 0; part < expected.parts(); part++) {
            assertEquals(expected.channel(part), read.section().channel(part));
        }
    }
}
