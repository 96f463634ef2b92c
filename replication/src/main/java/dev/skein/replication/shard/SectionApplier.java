package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.replication.PublishOutcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a publish, in this order: producer sequence, message ids, condition, serials. Whatever was seen before is answered
 * before the condition is looked at, so that a retried success is a success. Owned by the apply thread.
 */
final class SectionApplier {

    private final Progress progress;
    private final ChannelTable channels;
    private final ProducerTable producers;
    private final MessageIdWindow ids;
    private final TailCollector tails;

    SectionApplier(
            Progress progress,
            ChannelTable channels,
            ProducerTable producers,
            MessageIdWindow ids,
            TailCollector tails) {
        this.progress = progress;
        this.channels = channels;
        this.producers = producers;
        this.ids = ids;
        this.tails = tails;
    }

    /**
     * Applies one section.
     *
     * @param ordinal of the section in its entry
     */
    PublishOutcome apply(PublishSection section, int ordinal) {
        PublishOutcome outcome = decide(section, ordinal);
        digest(outcome);
        return outcome;
    }

    private PublishOutcome decide(PublishSection section, int ordinal) {
        Optional<Error> malformed = SectionShape.malformed(section);
        if (malformed.isPresent()) {
            return new PublishOutcome.Refused(malformed.get());
        }
        int[] crcs = SectionShape.crcs(section.getMessagesList());
        for (int crc : crcs) {
            progress.digest.add(crc);
        }
        if (section.getProducer().isEmpty()) {
            return outcome(List.of(), publish(section, ordinal, 0));
        }
        SequenceVerdict verdict = producers.check(section, crcs);
        if (verdict instanceof SequenceVerdict.Refuse refuse) {
            return new PublishOutcome.Refused(refuse.error());
        }
        if (verdict instanceof SequenceVerdict.Seen seen) {
            return seen.outcome();
        }
        List<Receipt> seen = ((SequenceVerdict.Fresh) verdict).seen();
        Publication publication = publish(section, ordinal, seen.size());
        producers.remember(section, seen.size(), crcs, publication);
        return outcome(seen, publication);
    }

    private Publication publish(PublishSection section, int ordinal, int from) {
        return section.getEphemeral() ? publishEphemeral(section, from) : publishStored(section, ordinal, from);
    }

    private Publication publishEphemeral(PublishSection section, int from) {
        ChannelHead head = channels.head(section.getChannel());
        if (failsCondition(section, head)) {
            return new Publication.Denied(Refusals.condition(section.getExpectedLastSerial(), head.lastSerial));
        }
        Receipt receipt = Receipts.of(progress.epoch(), head.lastSerial, 0, progress.logTime, false);
        List<Receipt> receipts = new ArrayList<>();
        for (int i = from; i < section.getMessagesCount(); i++) {
            deliver(section, i, receipt);
            receipts.add(receipt);
        }
        return new Publication.Taken(receipts);
    }

    private Publication publishStored(PublishSection section, int ordinal, int from) {
        String channel = section.getChannel();
        List<ByteString> messageIds = messageIds(section, from);
        int known = 0;
        for (ByteString id : messageIds) {
            known += ids.find(channel, id) != null ? 1 : 0;
        }
        if (known < messageIds.size()) {
            if (section.getAtomic() && (known > 0 || hasRepeats(messageIds))) {
                return new Publication.Denied(Refusals.messageIds(Math.max(known, 1), messageIds.size()));
            }
            ChannelHead head = channels.head(channel);
            if (failsCondition(section, head)) {
                return new Publication.Denied(Refusals.condition(section.getExpectedLastSerial(), head.lastSerial));
            }
        }
        List<Receipt> receipts = new ArrayList<>();
        for (int i = from; i < section.getMessagesCount(); i++) {
            receipts.add(take(
                    section, new MessagePlace(ordinal, i, section.getMessages(i).size()), messageIds.get(i - from)));
        }
        return new Publication.Taken(receipts);
    }

    /** The original's receipt, or the next serial. */
    private Receipt take(PublishSection section, MessagePlace place, ByteString messageId) {
        Receipt original = ids.find(section.getChannel(), messageId);
        if (original != null) {
            return original;
        }
        Receipt receipt = channels.append(section.getChannel(), place);
        ids.remember(section.getChannel(), messageId, receipt);
        deliver(section, place.ordinal(), receipt);
        return receipt;
    }

    private void deliver(PublishSection section, int ordinal, Receipt receipt) {
        boolean numbered = !section.getProducer().isEmpty();
        tails.add(
                section.getChannel(),
                new PlacedMessage(
                        receipt.getSerial(),
                        receipt.getShardSerial(),
                        receipt.getTimeMs(),
                        section.getEphemeral(),
                        section.getProducer(),
                        numbered ? section.getFirstSequence() + ordinal : 0,
                        section.getMessages(ordinal)));
    }

    private static boolean failsCondition(PublishSection section, ChannelHead head) {
        return section.hasExpectedLastSerial() && section.getExpectedLastSerial() != head.lastSerial;
    }

    private static List<ByteString> messageIds(PublishSection section, int from) {
        List<ByteString> messageIds = new ArrayList<>();
        for (int i = from; i < section.getMessagesCount(); i++) {
            messageIds.add(MessageFields.of(section.getMessages(i)).messageId());
        }
        return messageIds;
    }

    private static boolean hasRepeats(List<ByteString> messageIds) {
        Set<ByteString> distinct = new HashSet<>();
        return messageIds.stream().anyMatch(id -> !id.isEmpty() && !distinct.add(id));
    }

    private static PublishOutcome outcome(List<Receipt> seen, Publication publication) {
        if (publication instanceof Publication.Denied denied) {
            return new PublishOutcome.Refused(denied.error());
        }
        List<Receipt> receipts = new ArrayList<>(seen);
        receipts.addAll(((Publication.Taken) publication).receipts());
        return new PublishOutcome.Accepted(receipts);
    }

    private void digest(PublishOutcome outcome) {
        Digest digest = progress.digest;
        if (outcome instanceof PublishOutcome.Accepted accepted) {
            for (Receipt receipt : accepted.receipts()) {
                digest.add(receipt.getSerial());
                digest.add(receipt.getShardSerial() << 1 | (receipt.getDuplicate() ? 1 : 0));
            }
        } else if (outcome instanceof PublishOutcome.Refused refused) {
            digest.add(-refused.error().getReasonValue());
        }
    }
}
