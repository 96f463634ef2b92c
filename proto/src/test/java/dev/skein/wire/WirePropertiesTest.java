package dev.skein.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.client.v1.ResumeTokenContent;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

final class WirePropertiesTest {

    @Property
    void sectionsAreReadAsTheyWereWritten(
            @ForAll @Size(max = 6) List<@AlphaChars String> channels, @ForAll @Size(max = 5) List<byte[]> bodies)
            throws InvalidProtocolBufferException {
        PublishSection.Builder section = PublishSection.newBuilder();
        for (String channel : channels) {
            SectionChannel.Builder part = SectionChannel.newBuilder().setChannel(channel);
            bodies.forEach(body -> part.addMessages(ByteString.copyFrom(body)));
            section.addChannels(part);
        }
        SectionView view = SectionView.of(section.build().toByteString());
        assertEquals(channels.size(), view.parts());
        assertEquals(channels.size() * bodies.size(), view.messages());
        for (int i = 0; i < view.messages(); i++) {
            assertEquals(ByteString.copyFrom(bodies.get(i % bodies.size())), view.message(i));
            assertEquals(channels.get(i / bodies.size()), view.channel(i / bodies.size()));
        }
    }

    @Property
    void receiptsComeOutOfTheirRunsAsTheyWentIn(
            @ForAll @Size(max = 20) List<@LongRange(min = 1) Long> serials,
            @ForAll @Size(min = 20, max = 20) List<@IntRange(max = 3) Integer> kinds) {
        ReceiptRuns runs = new ReceiptRuns(7);
        List<Receipt> expected = new ArrayList<>();
        long shardSerial = 1;
        for (int i = 0; i < serials.size(); i++) {
            int kind = kinds.get(i);
            long stored = kind == 0 ? 0 : shardSerial++;
            runs.add(serials.get(i), stored, kind, kind == 2);
            expected.add(Receipt.newBuilder()
                    .setEpoch(7)
                    .setSerial(serials.get(i))
                    .setShardSerial(stored)
                    .setTimeMs(kind)
                    .setDuplicate(kind == 2)
                    .build());
        }
        assertEquals(expected, ReceiptRuns.receipts(runs.build()));
    }

    /** There are bits that no reader of Protocol Buffers looks at, in the tenth byte of a number. */
    @Property
    void aTokenWithOneBitChangedIsRefusedOrSaysTheSame(
            @ForAll @AlphaChars String channel,
            @ForAll long epoch,
            @ForAll long serial,
            @ForAll @IntRange(max = 9_999) int bit) {
        ByteString token = ResumeTokens.encode("cluster", channel, epoch, serial);
        assertEquals(
                serial, ResumeTokens.decode(token).orElseThrow().getPosition().getSerial());
        byte[] damaged = token.toByteArray();
        damaged[bit / 8 % damaged.length] ^= (byte) (1 << bit % 8);
        ResumeTokenContent content = ResumeTokens.decode(token).orElseThrow();
        assertEquals(content, ResumeTokens.decode(ByteString.copyFrom(damaged)).orElse(content));
    }
}
