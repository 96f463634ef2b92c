package dev.skein.server.publish;

import dev.skein.core.Checks;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.locate.NamespaceFacts;
import dev.skein.wire.Errors;

/** The words of {@link PublishCheck}. */
final class SectionRefusals {

    private SectionRefusals() {}

    static Error invalid(String name, Object value, String expected) {
        return Errors.of(Reason.REASON_INVALID_ARGUMENT, Checks.text(name, value, expected));
    }

    static Error tooLarge(String name, Object value, String expected) {
        return Errors.of(Reason.REASON_BATCH_TOO_LARGE, Checks.text(name, value, expected));
    }

    static Error messageTooLarge(String name, int bytes, NamespaceFacts facts) {
        String expected = "at most " + facts.messageBytesMax() + " in namespace " + facts.name();
        return Errors.of(Reason.REASON_MESSAGE_TOO_LARGE, Checks.text(name + " bytes", bytes, expected));
    }

    static Error channel(int part, String text) {
        return Errors.of(Reason.REASON_INVALID_CHANNEL, channelName(part) + "." + text);
    }

    static String channelName(int part) {
        return "channels[" + part + "]";
    }

    /** A message is named by its place within its part. */
    static String messageName(int part, int place) {
        return channelName(part) + ".messages[" + place + "]";
    }
}
