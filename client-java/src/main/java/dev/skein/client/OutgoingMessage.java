package dev.skein.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message to publish. Immutable; each {@code with} method gives a changed copy.
 *
 * @param payload application bytes
 * @param headers application headers, at most 32
 * @param messageId identity for deduplication within the namespace's window, at most 64 bytes of UTF-8. It makes a publish safe to
 *     repeat even by another client
 * @param timeToLive how long the message may be read after its time; empty: as long as retention holds
 */
public record OutgoingMessage(
        Payload payload, List<Header> headers, Optional<String> messageId, Optional<Duration> timeToLive) {

    public OutgoingMessage {
        headers = List.copyOf(headers);
        Args.check(headers.size() <= Args.HEADERS_MAX, "headers", headers.size(), "at most " + Args.HEADERS_MAX);
        messageId.ifPresent(OutgoingMessage::checkId);
        timeToLive.ifPresent(
                ttl -> Args.check(ttl.compareTo(Duration.ofMillis(1)) >= 0, "timeToLive", ttl, "at least 1 ms"));
    }

    /** A message with text in UTF-8. */
    public static OutgoingMessage of(String text) {
        return of(Payload.of(text));
    }

    /** A message with a copy of these bytes. */
    public static OutgoingMessage of(byte[] bytes) {
        return of(Payload.of(bytes));
    }

    /** A message with these bytes. */
    public static OutgoingMessage of(Payload payload) {
        return new OutgoingMessage(payload, List.of(), Optional.empty(), Optional.empty());
    }

    /** With one more header. */
    public OutgoingMessage withHeader(String key, String text) {
        return withHeader(Header.of(key, text));
    }

    /** With one more header. */
    public OutgoingMessage withHeader(Header header) {
        List<Header> more = new ArrayList<>(headers);
        more.add(header);
        return new OutgoingMessage(payload, more, messageId, timeToLive);
    }

    /** With this message id. */
    public OutgoingMessage withMessageId(String id) {
        return new OutgoingMessage(payload, headers, Optional.of(id), timeToLive);
    }

    /** With this time to live. */
    public OutgoingMessage withTimeToLive(Duration ttl) {
        return new OutgoingMessage(payload, headers, messageId, Optional.of(ttl));
    }

    private static void checkId(String id) {
        boolean valid = !id.isEmpty() && Args.utf8Length(id) <= Args.MESSAGE_ID_BYTES_MAX;
        Args.check(valid, "messageId", "\"" + id + "\"", "1 to " + Args.MESSAGE_ID_BYTES_MAX + " bytes of UTF-8");
    }
}
