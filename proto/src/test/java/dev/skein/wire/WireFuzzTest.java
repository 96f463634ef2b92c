package dev.skein.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.ResumeTokenContent;
import dev.skein.proto.replication.v1.PublishSection;
import org.junit.jupiter.api.Assertions;

final class WireFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aSectionIsRefusedOrReadAsTheGeneratedParserReadsIt(byte[] bytes) {
        PublishSection parsed;
        SectionView view;
        try {
            view = SectionView.of(ByteString.copyFrom(bytes));
            parsed = PublishSection.parseFrom(bytes);
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        assertEquals(parsed.getProducer(), view.producer());
        assertEquals(parsed.getFirstSequence(), view.firstSequence());
        assertEquals(parsed.getAtomic(), view.atomic());
        assertEquals(parsed.getEphemeral(), view.ephemeral());
        assertEquals(parsed.hasExpectedLastSerial(), view.hasExpectedLastSerial());
        assertEquals(parsed.getExpectedLastSerial(), view.expectedLastSerial());
        assertEquals(parsed.getChannelsCount(), view.parts());
        for (int part = 0; part < view.parts(); part++) {
            assertEquals(parsed.getChannels(part).getChannel(), view.channel(part));
            assertEquals(parsed.getChannels(part).getMessagesCount(), view.first(part + 1) - view.first(part));
            for (int i = view.first(part); i < view.first(part + 1); i++) {
                assertEquals(parsed.getChannels(part).getMessages(i - view.first(part)), view.message(i));
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void aTokenIsRefusedOrIsWhatWasEncoded(byte[] bytes) throws InvalidProtocolBufferException {
        ResumeTokenContent found =
                ResumeTokens.decode(ByteString.copyFrom(bytes)).orElse(null);
        if (found != null) {
            Assertions.assertEquals(found, ResumeTokenContent.parseFrom(bytes));
        }
    }
}
