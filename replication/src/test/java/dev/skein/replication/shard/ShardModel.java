package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.Limits;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.proto.replication.v1.ShardPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a shard should do, written down plainly: everything in maps, nothing ever forgotten, the rules read off the documents. */
final class ShardModel {

    final Map<String, Channel> channels = new TreeMap<>();
    private final Map<ByteString, Producer> producers = new HashMap<>();
    private final Map<String, Place> ids = new HashMap<>();
    private ShardPolicy policy = ShardPolicy.getDefaultInstance();
    private long time;
    private long shardSerial;
    private long trimBefore;

    /** Outcomes as text: a place per message, or the reason of the refusal. */
    List<String> apply(ShardEntry entry) {
        time = Math.max(time, entry.getTimeMs());
        if (entry.hasPolicy() && entry.getPolicy().getVersion() >= policy.getVersion()) {
            policy = entry.getPolicy();
        }
        Map<Channel, Integer> before = new HashMap<>();
        channels.values().forEach(channel -> before.put(channel, channel.all.size()));
        List<String> outcomes = new ArrayList<>();
        for (PublishSection section : entry.getSectionsList()) {
            outcomes.add(apply(section));
        }
        for (Channel channel : channels.values()) {
            endEntry(channel, before.getOrDefault(channel, 0));
        }
        trimBefore = Math.max(trimBefore, Math.min(entry.getTrimBeforeMs(), time));
        channels.values().forEach(channel -> channel.trimOlderThan(trimBefore));
        return outcomes;
    }

    private String apply(PublishSection section) {
        if (section.getProducer().isEmpty()) {
            return publish(section, 0, new ArrayList<>());
        }
        Producer producer = producers.get(section.getProducer());
        long first = section.getFirstSequence();
        List<Item> items = items(section);
        int count = items.size();
        if (producer == null && first != 1) {
            return "UNKNOWN_PRODUCER";
        }
        long last = producer == null ? 0 : producer.seen.size();
        if (first > last + 1) {
            return "SEQUENCE_GAP " + (last + 1);
        }
        if (first + Limits.PRODUCER_SEQUENCES_REMEMBERED <= last) {
            return "SEQUENCE_TOO_OLD";
        }
        List<Place> seen = new ArrayList<>();
        for (int i = 0; i < count && first + i <= last; i++) {
            Seen original = producer.seen.get((int) (first + i - 1));
            boolean same = original.channel.equals(items.get(i).channel)
                    && original.ephemeral == section.getEphemeral()
                    && original.body.equals(items.get(i).body);
            boolean sameSection = original.sectionFirst == first && original.sectionCount == count;
            if (!same || original.refusal != null && !sameSection) {
                return "SEQUENCE_REUSED";
            }
            boolean whole = section.getAtomic() || section.hasExpectedLastSerial();
            if (whole && original.sectionFirst + original.sectionCount < first + count) {
                return "SEQUENCE_REUSED";
            }
            if (original.refusal != null && i == count - 1) {
                return original.refusal;
            }
            if (original.place != null) {
                seen.add(original.place.again());
            }
        }
        if (seen.size() == count) {
            return text(seen);
        }
        if (!seen.isEmpty() && producer.seen.get((int) first - 1).refusal != null) {
            return "SEQUENCE_REUSED";
        }
        List<Place> places = new ArrayList<>(seen);
        String outcome = publish(section, seen.size(), places);
        remember(section, seen.size(), places, outcome);
        return outcome;
    }

    private void remember(PublishSection section, int from, List<Place> places, String outcome) {
        Producer producer = producers.computeIfAbsent(section.getProducer(), id -> new Producer());
        List<Item> items = items(section);
        boolean refused = places.size() < items.size();
        for (int i = from; i < items.size(); i++) {
            producer.seen.add(new Seen(
                    items.get(i).channel,
                    section.getEphemeral(),
                    items.get(i).body,
                    refused ? null : places.get(i),
                    refused ? outcome : null,
                    section.getFirstSequence() + from,
                    items.size() - from));
        }
    }

    /** Adds the places of the messages from {@code from} on, or none of them. */
    private String publish(PublishSection section, int from, List<Place> places) {
        List<Item> items = items(section);
        List<Item> fresh = items.subList(from, items.size());
        long known = section.getEphemeral()
                ? 0
                : fresh.stream().filter(item -> known(item) != null).count();
        if (known < fresh.size()) {
            boolean atomic = section.getAtomic() && !section.getEphemeral();
            if (atomic && (known > 0 || repeats(fresh))) {
                return "MESSAGE_ID_CONFLICT";
            }
            int last = channel(fresh.get(0)).all.size();
            if (section.hasExpectedLastSerial() && section.getExpectedLastSerial() != last) {
                return "CONDITION_FAILED " + last;
            }
        }
        for (Item item : fresh) {
            places.add(section.getEphemeral() ? new Place(channel(item).all.size(), 0, time, false) : take(item));
        }
        return text(places);
    }

    private Channel channel(Item item) {
        return channels.computeIfAbsent(item.channel, name -> new Channel());
    }

    private Place take(Item item) {
        Place original = known(item);
        if (original != null) {
            return original.again();
        }
        Channel channel = channel(item);
        Place place = new Place(channel.all.size() + 1, ++shardSerial, time, false);
        channel.all.add(new Message(place, item.body));
        if (!id(item.body).isEmpty() && policy.getDedupWindowMs() > 0) {
            ids.put(item.channel + " " + id(item.body), place);
        }
        return place;
    }

    private @Nullable Place known(Item item) {
        Place place = ids.get(item.channel + " " + id(item.body));
        return place != null && time < place.time + policy.getDedupWindowMs() ? place : null;
    }

    private static List<Item> items(PublishSection section) {
        return section.getChannelsList().stream()
                .flatMap(part -> part.getMessagesList().stream().map(body -> new Item(part.getChannel(), body)))
                .toList();
    }

    private static boolean repeats(List<Item> items) {
        List<String> own = items.stream()
                .map(item -> id(item.body))
                .filter(id -> !id.isEmpty())
                .toList();
        return new HashSet<>(own).size() < own.size();
    }

    /** The entry's messages are one run; whole runs go while enough stays. */
    private void endEntry(Channel channel, int before) {
        if (channel.all.size() == before) {
            return;
        }
        channel.runEnds.add(channel.all.size());
        long max = policy.getRetention().getMessagesPerChannel();
        long maxBytes = policy.getRetention().getBytesPerChannel();
        while (!channel.runEnds.isEmpty()) {
            int end = channel.runEnds.get(0);
            boolean surplus =
                    max > 0 && channel.all.size() - end >= max || maxBytes > 0 && channel.bytesAfter(end) >= maxBytes;
            if (!surplus) {
                return;
            }
            channel.dropRun();
        }
    }

    private static String id(ByteString body) {
        try {
            return MessageBody.parseFrom(body).getMessageId();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(List<Place> places) {
        return places.toString();
    }

    /** Where a message is. */
    record Place(long serial, long shardSerial, long time, boolean duplicate) {

        Place again() {
            return new Place(serial, shardSerial, time, true);
        }

        @Override
        public String toString() {
            return serial + "/" + shardSerial + "@" + time + (duplicate ? "!" : "");
        }
    }

    /** A message of a channel. */
    record Message(Place place, ByteString body) {}

    /** A message to be published. */
    private record Item(String channel, ByteString body) {}

    /** A sequence that was consumed. */
    private record Seen(
            String channel,
            boolean ephemeral,
            ByteString body,
            @Nullable Place place,
            @Nullable String refusal,
            long sectionFirst,
            int sectionCount) {}

    private static final class Producer {
        final List<Seen> seen = new ArrayList<>();
    }

    /** A channel with all it ever got. */
    static final class Channel {
        final List<Message> all = new ArrayList<>();
        final List<Integer> runEnds = new ArrayList<>();
        int first = 1;

        void dropRun() {
            first = runEnds.remove(0) + 1;
        }

        void trimOlderThan(long before) {
            while (!runEnds.isEmpty() && all.get(first - 1).place().time() < before) {
                dropRun();
            }
        }

        long bytesAfter(int end) {
            return all.subList(end, all.size()).stream()
                    .mapToLong(message -> message.body().size())
                    .sum();
        }
    }
}
