package dev.skein.server.publish;

import static dev.skein.server.publish.SectionRefusals.invalid;
import static dev.skein.server.publish.SectionRefusals.tooLarge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.server.locate.NamespaceFacts;
import dev.skein.server.locate.ShardMap;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Refuses sections that can never be taken, with the field, its value and what was expected. The others go on as the bytes that
 * came, unless a channel was written without its namespace. Thread-safe.
 */
public final class PublishCheck {

    /** Header keys with this beginning are the gateways' own: a client can't set them. */
    public static final String RESERVED_HEADERS = "skein-edge-";

    /** How long a publish is tried when it doesn't say. */
    public static final long TIMEOUT_MILLIS_DEFAULT = 5_000;

    /** Longest time a publish may ask for; longer ones are cut to it. */
    public static final long TIMEOUT_MILLIS_MAX = 60_000;

    /** Names of one generation that are remembered: channels beyond them are read again each time. */
    private static final int CHANNELS_KNOWN = 131_072;

    private static final int PRODUCER_BYTES = 16;

    /** What a byte that is no UTF-8 has become in a section's channel. */
    private static final char REPLACEMENT = '\uFFFD';

    private final ShardMap shards;
    private final KnownChannels channels;
    private final boolean mayReserve;

    public PublishCheck(ShardMap shards) {
        this(shards, new KnownChannels(shards, CHANNELS_KNOWN), false);
    }

    private PublishCheck(ShardMap shards, KnownChannels channels, boolean mayReserve) {
        this.shards = shards;
        this.channels = channels;
        this.mayReserve = mayReserve;
    }

    /** The same for a gateway's own sections, which may carry reserved headers. */
    public PublishCheck ofGateway() {
        return new PublishCheck(shards, channels, true);
    }

    /**
     * Checks a section.
     *
     * @param timeoutMs as it came on the wire, unsigned; 0: the default
     */
    public Verdict check(SectionView section, int timeoutMs) {
        Error wrong = wrongShape(section);
        return wrong == null ? checkChannels(section, timeoutMs) : new Refused(wrong);
    }

    /** The refusal for a namespace that isn't in the control state. */
    public static Error unknownNamespace(ShardMap shards, String namespace) {
        return shards.known()
                ? Errors.of(
                        Reason.REASON_UNKNOWN_NAMESPACE,
                        Checks.text("namespace", namespace, "the name of an existing namespace"))
                : Errors.of(Reason.REASON_STARTING, "the node has not heard of any namespace yet");
    }

    private static @Nullable Error wrongShape(SectionView section) {
        int parts = section.parts();
        if (parts == 0) {
            return invalid("channels", parts, "at least 1");
        }
        boolean special = section.hasExpectedLastSerial() || section.atomic() || section.ephemeral();
        if (special && parts > 1) {
            return invalid("channels", parts, "1 with expected_last_serial, atomic or ephemeral");
        }
        for (int part = 0; part < parts; part++) {
            if (section.first(part) == section.first(part + 1)) {
                return invalid(SectionRefusals.channelName(part) + ".messages", 0, "at least 1");
            }
        }
        return section.messages() > Limits.MESSAGES_PER_PUBLISH_MAX
                ? tooLarge("messages", section.messages(), "at most " + Limits.MESSAGES_PER_PUBLISH_MAX)
                : wrongProducer(section);
    }

    private static @Nullable Error wrongProducer(SectionView section) {
        int size = section.producer().size();
        if (size != 0 && size != PRODUCER_BYTES) {
            return invalid("producer bytes", size, "0 or " + PRODUCER_BYTES);
        }
        long first = section.firstSequence();
        if (size == 0 && first != 0) {
            return invalid("first_sequence", Long.toUnsignedString(first), "0 without a producer");
        }
        boolean countable = first >= 1 && first <= Long.MAX_VALUE - Limits.MESSAGES_PER_PUBLISH_MAX;
        return size != 0 && !countable
                ? invalid("first_sequence", Long.toUnsignedString(first), "1 or more with a producer")
                : null;
    }

    private Verdict checkChannels(SectionView section, int timeoutMs) {
        Place place = new Place();
        for (int part = 0; part < section.parts(); part++) {
            Error wrong = wrongChannel(section, part, place);
            if (wrong != null) {
                return new Refused(wrong);
            }
        }
        return checkBodies(section, place, timeoutMs);
    }

    private @Nullable Error wrongChannel(SectionView section, int part, Place place) {
        String written = section.channel(part);
        if (!place.isUtf8 && written.indexOf(REPLACEMENT) >= 0) {
            if (!isReadable(section)) {
                return SectionRefusals.channel(part, Checks.text("channel", "\"" + written + "\"", "UTF-8"));
            }
            place.isUtf8 = true;
        }
        try {
            KnownChannel channel = channels.find(written);
            return channel == null
                    ? unknownNamespace(shards, ChannelName.parse(written).namespace())
                    : wrongPlace(channel, written, part, place);
        } catch (IllegalArgumentException invalid) {
            return SectionRefusals.channel(part, String.valueOf(invalid.getMessage()));
        }
    }

    /** The first part says where the section belongs; the others must agree. */
    private @Nullable Error wrongPlace(KnownChannel channel, String written, int part, Place place) {
        NamespaceFacts facts = place.facts;
        if (facts == null) {
            facts = shards.namespace(channel.namespace).orElse(null);
            if (facts == null) {
                return unknownNamespace(shards, channel.namespace);
            }
            place.facts = facts;
            place.shard = channel.shard(facts.shards());
        }
        place.hasShortName |= channel.full.length() != written.length();
        if (!channel.namespace.equals(facts.name())) {
            String name = SectionRefusals.channelName(part) + ".channel";
            return invalid(name, channel.full, "one of namespace " + facts.name() + ", as channels[0]");
        }
        ShardId shard = channel.shard(facts.shards());
        if (!shard.equals(place.shard)) {
            String name = SectionRefusals.channelName(part) + ".channel";
            return invalid(
                    name, channel.full + " of shard " + shard, "one of shard " + place.shard + ", as channels[0]");
        }
        return null;
    }

    private Verdict checkBodies(SectionView section, Place place, int timeoutMs) {
        NamespaceFacts facts = Objects.requireNonNull(place.facts);
        BodyCheck bodies = new BodyCheck(section, facts, mayReserve);
        for (int part = 0; part < section.parts(); part++) {
            Error wrong = bodies.wrong(part);
            if (wrong != null) {
                return new Refused(wrong);
            }
        }
        if (section.size() > Limits.PUBLISH_BYTES_MAX) {
            return new Refused(tooLarge("section bytes", section.size(), "at most " + Limits.PUBLISH_BYTES_MAX));
        }
        boolean repeatable = !section.producer().isEmpty() || !section.ephemeral() && bodies.allNamed();
        SectionView full = place.hasShortName ? withFullNames(section) : section;
        return full == null
                ? new Refused(invalid("section", section.size() + " bytes", "a serialised Section"))
                : new Passed(
                        new CheckedPublish(Objects.requireNonNull(place.shard), full, repeatable, timeout(timeoutMs)));
    }

    /** Whether the generated parser takes it, which looks at the channels' bytes. */
    private static boolean isReadable(SectionView section) {
        try {
            PublishSection.parseFrom(section.bytes());
            return true;
        } catch (InvalidProtocolBufferException notUtf8) {
            return false;
        }
    }

    /** Null when the generated parser doesn't take the section. */
    private static @Nullable SectionView withFullNames(SectionView section) {
        try {
            PublishSection.Builder full = PublishSection.parseFrom(section.bytes()).toBuilder();
            full.getChannelsBuilderList()
                    .forEach(part ->
                            part.setChannel(ChannelName.parse(part.getChannel()).full()));
            return SectionView.of(full.build().toByteString());
        } catch (InvalidProtocolBufferException malformed) {
            return null;
        }
    }

    private static long timeout(int timeoutMs) {
        long asked = Integer.toUnsignedLong(timeoutMs);
        return asked == 0 ? TIMEOUT_MILLIS_DEFAULT : Math.min(asked, TIMEOUT_MILLIS_MAX);
    }

    /** Where a section belongs, as far as its parts have been looked at. */
    private static final class Place {

        private @Nullable NamespaceFacts facts;
        private @Nullable ShardId shard;
        private boolean hasShortName;

        /** All channels are known to be; found out at most once, because it means decoding everything. */
        private boolean isUtf8;
    }

    /** What the check found. */
    public sealed interface Verdict {}

    /** It may be proposed. */
    public record Passed(CheckedPublish publish) implements Verdict {}

    /** It can't be taken. */
    public record Refused(Error error) implements Verdict {}
}
