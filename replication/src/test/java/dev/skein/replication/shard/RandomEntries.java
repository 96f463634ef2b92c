package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.proto.replication.v1.PresenceLeave;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Entries full of retries, duplicates, conditions and trims, from few names so that they meet. */
final class RandomEntries {

    private static final int CHANNELS = 3;
    private static final int PRODUCERS = 3;
    private static final int HOLDERS = 4;

    private final Random random;
    private final long[] nextSequence = new long[PRODUCERS];
    private final List<PublishSection> sent = new ArrayList<>();
    private long time = 1_000;
    private long presenceSequence;
    private int text;
    private int policies = 1;

    RandomEntries(long seed) {
        random = new Random(seed);
    }

    ShardEntry next() {
        time += random.nextInt(10) - 1;
        if (random.nextInt(200) == 0) {
            time += 5_000;
        }
        ShardEntry.Builder entry = ShardEntry.newBuilder().setTimeMs(time);
        for (int i = random.nextInt(4); i > 0; i--) {
            entry.addSections(section());
        }
        if (random.nextInt(15) == 0) {
            entry.setTrimBeforeMs(time - random.nextInt(300));
        }
        if (policies == 1 || random.nextInt(60) == 0) {
            entry.setPolicy(policy());
        }
        for (int i = random.nextInt(3) - 1; i > 0; i--) {
            entry.addPresence(presence());
        }
        return entry.build();
    }

    /** Of few holders and members, often late, unknown or ending. */
    private PresenceChange presence() {
        int holder = random.nextInt(HOLDERS);
        PresenceChange.Builder change = PresenceChange.newBuilder()
                .setHolder(ByteString.copyFrom(
                        new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) (holder % 2), 0, 0, 0, 0, 0, 0, 0, (byte) holder}))
                .setSequence(random.nextInt(10) == 0 ? 1 : ++presenceSequence)
                .setBegins(random.nextInt(3) == 0);
        for (int i = random.nextInt(5); i > 0; i--) {
            change.addEnters(PresenceEnter.newBuilder()
                    .setChannel("default:c" + random.nextInt(CHANNELS))
                    .setClient("m" + random.nextInt(6))
                    .setUser("u" + random.nextInt(3))
                    .setInfo(ByteString.copyFromUtf8("i" + random.nextInt(2))));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            change.addLeaves(PresenceLeave.newBuilder()
                    .setChannel("default:c" + random.nextInt(CHANNELS))
                    .setClient("m" + random.nextInt(6)));
        }
        if (random.nextInt(8) == 0) {
            change.setEndsMembersMax(1 + random.nextInt(3));
        }
        return change.build();
    }

    private PublishSection section() {
        PublishSection section = sent.isEmpty() || random.nextInt(10) < 6 ? fresh() : retry();
        sent.add(section);
        if (sent.size() > 30) {
            sent.remove(0);
        }
        return section;
    }

    /** Often the same again, sometimes cut or marked differently. */
    private PublishSection retry() {
        PublishSection.Builder section = sent.get(random.nextInt(sent.size())).toBuilder();
        int change = random.nextInt(10);
        SectionChannel.Builder part = section.getChannelsBuilder(0);
        if (change == 0 && count(section) > 1) {
            dropFirst(section);
        } else if (change == 1) {
            section.getChannelsBuilder(section.getChannelsCount() - 1).addMessages(message());
        } else if (change == 2 && section.getChannelsCount() == 1) {
            section.setAtomic(!section.getAtomic());
        } else if (change == 3) {
            part.setMessages(0, message());
        } else if (change == 4 && isPlain(section)) {
            section.addChannels(part());
        }
        return section.build();
    }

    private static void dropFirst(PublishSection.Builder section) {
        SectionChannel part = section.getChannels(0);
        if (part.getMessagesCount() == 1) {
            section.removeChannels(0);
        } else {
            List<ByteString> rest = List.copyOf(part.getMessagesList()).subList(1, part.getMessagesCount());
            section.setChannels(
                    0, SectionChannel.newBuilder().setChannel(part.getChannel()).addAllMessages(rest));
        }
        if (!section.getProducer().isEmpty()) {
            section.setFirstSequence(section.getFirstSequence() + 1);
        }
    }

    private static int count(PublishSection.Builder section) {
        return section.getChannelsList().stream()
                .mapToInt(SectionChannel::getMessagesCount)
                .sum();
    }

    private static boolean isPlain(PublishSection.Builder section) {
        return !section.getAtomic() && !section.getEphemeral() && !section.hasExpectedLastSerial();
    }

    private PublishSection fresh() {
        PublishSection.Builder section = PublishSection.newBuilder().addChannels(part());
        section.setAtomic(random.nextInt(5) == 0).setEphemeral(random.nextInt(8) == 0);
        if (random.nextInt(6) == 0) {
            section.setExpectedLastSerial(random.nextInt(40));
        }
        if (isPlain(section) && random.nextInt(2) == 0) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                section.addChannels(part());
            }
        }
        if (random.nextInt(4) > 0) {
            number(section, random.nextInt(PRODUCERS));
        }
        return section.build();
    }

    private void number(PublishSection.Builder section, int producer) {
        section.setProducer(TestShard.producer(producer));
        int mistake = random.nextInt(20) == 0 ? random.nextInt(3) - 1 : 0;
        section.setFirstSequence(Math.max(1, nextSequence[producer] + 1 + mistake));
        nextSequence[producer] += count(section);
        if (random.nextInt(30) == 0) {
            nextSequence[producer] = random.nextInt(20);
        }
    }

    private SectionChannel.Builder part() {
        SectionChannel.Builder part = SectionChannel.newBuilder().setChannel("default:c" + random.nextInt(CHANNELS));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            part.addMessages(message());
        }
        return part;
    }

    private ByteString message() {
        MessageBody.Builder body = MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8("t" + text++));
        if (random.nextInt(3) == 0) {
            body.setMessageId("id" + random.nextInt(25));
        }
        return body.build().toByteString();
    }

    private ShardPolicy policy() {
        // The window only shrinks: what was forgotten under a short window doesn't come back with a longer one.
        ShardPolicy.Builder policy =
                ShardPolicy.newBuilder().setVersion(policies).setEpoch(7).setDedupWindowMs(400 / policies);
        policies++;
        policy.getPresenceBuilder().setEnabled(random.nextInt(5) > 0).setMembersMax(4);
        policy.getRetentionBuilder()
                .setMessagesPerChannel(random.nextInt(3) * 20)
                .setBytesPerChannel(random.nextInt(3) * 200);
        return policy.build();
    }
}
