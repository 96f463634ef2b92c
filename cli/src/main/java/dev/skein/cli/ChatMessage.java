package dev.skein.cli;

/**
 * One line of a chat file.
 *
 * @param line its number, from 1
 * @param timeMillis when it was said, milliseconds since 1970
 * @param room the room's name as it stands in the file
 * @param sender who said it
 * @param text what was said
 */
public record ChatMessage(long line, long timeMillis, String room, String sender, String text) {

    /** The room as a channel of this namespace. */
    public String channelIn(String namespace) {
        return namespace + ":" + room;
    }
}
