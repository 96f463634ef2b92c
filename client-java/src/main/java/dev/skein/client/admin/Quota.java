package dev.skein.client.admin;

/**
 * What all that use a key may have together, on each node. 0: without limit.
 *
 * @param messagesPerSecond messages published, and reads of the past
 * @param bytesPerSecond bytes published
 * @param streams sessions at once
 */
public record Quota(long messagesPerSecond, long bytesPerSecond, int streams) {

    /** No limit at all. */
    public static Quota unlimited() {
        return new Quota(0, 0, 0);
    }
}
