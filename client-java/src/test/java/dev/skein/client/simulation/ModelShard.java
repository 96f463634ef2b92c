package dev.skein.client.simulation;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import dev.skein.wire.ReceiptRuns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a shard does with sections, written down plainly: sequences one after the other, and nothing forgotten. */
final class ModelShard {

    static final long EPOCH = 41;

    private final Defect defect;
    private final Map<ByteString, List<Place>> producers = new HashMap<>();
    private final Map<String, List<StoredMessage>> channels = new TreeMap<>();

    ModelShard(Defect defect) {
        this.defect = defect;
    }

    List<StoredMessage> channel(String name) {
        return channels.computeIfAbsent(name, unseen -> new ArrayList<>());
    }

    Receipts.Builder take(Section section) {
        List<Place> taken = producers.computeIfAbsent(section.getProducer(), unseen -> new ArrayList<>());
        long first = section.getFirstSequence();
        if (first > taken.size() + 1L && defect != Defect.GAPS_TAKEN) {
            return outOfOrder(taken);
        }
        Reason refusal = isReused(section, taken) ? Reason.REASON_SEQUENCE_REUSED : refusal(section, taken, first);
        if (refusal != null) {
            return refusal(section, refusal);
        }
        ReceiptRuns runs = new ReceiptRuns(EPOCH);
        long sequence = first;
        for (ChannelMessages part : section.getChannelsList()) {
            for (MessageBody body : part.getMessagesList()) {
                boolean known = sequence <= taken.size() && defect != Defect.NO_DEDUP;
                Place place = known ? taken.get((int) sequence - 1) : append(part.getChannel(), body);
                if (!known) {
                    taken.add(place);
                }
                runs.add(place.serial + (defect == Defect.WRONG_RECEIPT ? 1 : 0), place.serial, 5, known);
                sequence++;
            }
        }
        return Receipts.newBuilder().addAllRuns(runs.build());
    }

    /** Another message had one of the numbers before, perhaps one of an earlier session that came late. */
    private boolean isReused(Section section, List<Place> taken) {
        int at = (int) section.getFirstSequence() - 1;
        for (ChannelMessages part : section.getChannelsList()) {
            for (MessageBody body : part.getMessagesList()) {
                if (at < taken.size() && !taken.get(at).text.equals(text(body)) && defect != Defect.NO_DEDUP) {
                    return true;
                }
                at++;
            }
        }
        return false;
    }

    /** A condition is looked at once: whoever repeats the publish gets the same answer. */
    private @Nullable Reason refusal(Section section, List<Place> taken, long first) {
        if (!section.hasExpectedLastSerial()) {
            return null;
        }
        if (first <= taken.size()) {
            return taken.get((int) first - 1).serial == 0 ? Reason.REASON_CONDITION_FAILED : null;
        }
        String channel = section.getChannels(0).getChannel();
        if (channel(channel).size() == section.getExpectedLastSerial()) {
            return null;
        }
        taken.add(new Place(text(section.getChannels(0).getMessages(0)), 0));
        return Reason.REASON_CONDITION_FAILED;
    }

    private Receipts.Builder refusal(Section section, Reason reason) {
        int last = channel(section.getChannels(0).getChannel()).size();
        return Receipts.newBuilder()
                .setError(Errors.of(reason, "as asked", Map.of("last_serial", Integer.toString(last))));
    }

    private static Receipts.Builder outOfOrder(List<Place> taken) {
        Reason reason = taken.isEmpty() ? Reason.REASON_UNKNOWN_PRODUCER : Reason.REASON_SEQUENCE_GAP;
        return Receipts.newBuilder()
                .setError(Errors.of(reason, "too early", Map.of("expected", Integer.toString(taken.size() + 1))));
    }

    private Place append(String channel, MessageBody body) {
        List<StoredMessage> messages = channel(channel);
        messages.add(StoredMessage.newBuilder()
                .setSerial(messages.size() + 1)
                .setTimeMs(5)
                .setBody(body)
                .build());
        return new Place(text(body), messages.size());
    }

    static String text(MessageBody body) {
        return body.getPayload().toStringUtf8();
    }

    /** Where a message went; serial 0: nowhere, its condition failed. */
    private record Place(String text, long serial) {}
}
