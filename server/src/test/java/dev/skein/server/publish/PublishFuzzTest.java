package dev.skein.server.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.server.locate.ShardMap;
import dev.skein.wire.SectionView;

/** What the check lets pass is stored for ever, so every reader must be able to read it. */
final class PublishFuzzTest {

    private static final int MESSAGE_BYTES_MAX = 4_096;

    private final PublishCheck check = new PublishCheck(shards());

    @FuzzTest(maxDuration = "1m")
    void sections(byte[] bytes) throws InvalidProtocolBufferException {
        SectionView section;
        try {
            section = SectionView.of(ByteString.copyFrom(bytes));
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
        readIfPassed(section);
    }

    @FuzzTest(maxDuration = "1m")
    void bodies(byte[] bytes) throws InvalidProtocolBufferException {
        PublishSection.Builder section = PublishSection.newBuilder();
        section.addChannels(
                SectionChannel.newBuilder().setChannel("default:a").addMessages(ByteString.copyFrom(bytes)));
        readIfPassed(SectionView.of(section.build().toByteString()));
    }

    private void readIfPassed(SectionView section) throws InvalidProtocolBufferException {
        if (check.check(section, 0) instanceof PublishCheck.Passed passed) {
            PublishSection stored =
                    PublishSection.parseFrom(passed.publish().section().bytes());
            for (SectionChannel part : stored.getChannelsList()) {
                assertEquals(
                        part.getChannel(), ChannelName.parse(part.getChannel()).full());
                for (ByteString body : part.getMessagesList()) {
                    read(MessageBody.parseFrom(body));
                }
            }
        }
    }

    private static void read(MessageBody body) {
        assertTrue(ByteString.copyFromUtf8(body.getMessageId()).size() <= Limits.MESSAGE_ID_BYTES_MAX);
        assertTrue(body.getHeadersCount() <= Limits.HEADERS_MAX);
        body.getHeadersList().forEach(header -> assertFalse(header.getKey().isEmpty()));
    }

    private static ShardMap shards() {
        ShardMap map = new ShardMap();
        map.update(ControlState.newBuilder()
                .setVersion(1)
                .addNamespaces(Namespace.newBuilder()
                        .setSpec(NamespaceSpec.newBuilder()
                                .setName("default")
                                .setShards(1)
                                .setMessageBytesMax(MESSAGE_BYTES_MAX)))
                .build());
        return map;
    }
}
