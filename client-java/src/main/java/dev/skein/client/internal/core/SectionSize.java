package dev.skein.client.internal.core;

import dev.skein.proto.client.v1.SessionLimits;

/**
 * How large a section may grow by gathering. A publish that is larger by itself still goes, alone.
 *
 * @param messagesMax messages
 * @param bytesMax bytes, framing included
 */
record SectionSize(int messagesMax, long bytesMax) {

    /** What every server takes. */
    private static final int MESSAGES_MAX = 1_000;

    /**
     * Much above, a section costs no less per message and holds up those behind it; several still fit into one Raft entry.
     */
    private static final long BYTES_MAX = 128 << 10;

    /** Within the limits of a session, of which 0 says nothing. */
    static SectionSize within(SessionLimits limits) {
        int messages = limits.getMessagesPerPublish();
        long bytes = limits.getPublishBytes();
        return new SectionSize(
                messages > 0 ? Math.min(messages, MESSAGES_MAX) : MESSAGES_MAX,
                bytes > 0 ? Math.min(bytes, BYTES_MAX) : BYTES_MAX);
    }
}
