package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import java.util.HexFormat;
import java.util.Map;

/** The refusals that apply decides. */
final class Refusals {

    private Refusals() {}

    static Error malformed(String name, Object value, String expected) {
        return Errors.of(Reason.REASON_INVALID_ARGUMENT, Checks.text(name, value, expected));
    }

    static Error channel(String channel) {
        return Errors.of(
                Reason.REASON_INVALID_CHANNEL,
                Checks.text("channel", channel.length() + " characters", "namespace:name without control characters"));
    }

    static Error presenceOff(String channel) {
        return Errors.of(
                Reason.REASON_PRESENCE_OFF, Checks.text("channel", channel, "one of a namespace with presence"));
    }

    static Error members(String channel, long members, long max) {
        return Errors.of(
                        Reason.REASON_TOO_MANY_MEMBERS, Checks.text("members of " + channel, members, "at most " + max))
                .toBuilder()
                .setRetryAfterMs(1_000)
                .build();
    }

    static Error holders() {
        return Errors.of(
                        Reason.REASON_OVERLOADED,
                        Checks.text(
                                "holders", Limits.PRESENCE_HOLDERS_MAX + 1, "at most " + Limits.PRESENCE_HOLDERS_MAX))
                .toBuilder()
                .setRetryAfterMs(1_000)
                .build();
    }

    static Error late(long sequence, long last) {
        return Errors.of(Reason.REASON_SEQUENCE_TOO_OLD, Checks.text("sequence", sequence, "more than " + last));
    }

    static Error unknownProducer(ByteString producer, long sequence) {
        return Errors.of(
                Reason.REASON_UNKNOWN_PRODUCER,
                Checks.text(
                        "producer",
                        HexFormat.of().formatHex(producer.toByteArray()) + " at sequence " + sequence,
                        "sequence 1 of a new producer"));
    }

    static Error gap(long sequence, long expected) {
        return Errors.of(
                Reason.REASON_SEQUENCE_GAP,
                Checks.text("sequence", sequence, String.valueOf(expected)),
                Map.of("expected", Long.toString(expected)));
    }

    static Error reused(long sequence) {
        return Errors.of(
                Reason.REASON_SEQUENCE_REUSED,
                Checks.text("sequence", sequence, "the content it was first used with, or a new sequence"));
    }

    static Error tooOld(long sequence, long last) {
        return Errors.of(
                Reason.REASON_SEQUENCE_TOO_OLD,
                Checks.text(
                        "sequence",
                        sequence,
                        "above " + (last - Limits.PRODUCER_SEQUENCES_REMEMBERED) + ": older ones are not remembered"));
    }

    static Error condition(long expected, long last) {
        return Errors.of(
                Reason.REASON_CONDITION_FAILED,
                Checks.text("expected last serial", Long.toUnsignedString(expected), Long.toString(last)),
                Map.of("last_serial", Long.toString(last)));
    }

    static Error messageIds(int known, int all) {
        return Errors.of(
                Reason.REASON_MESSAGE_ID_CONFLICT,
                Checks.text("message ids", known + " of " + all + " used before", "all or none in an atomic batch"));
    }
}
