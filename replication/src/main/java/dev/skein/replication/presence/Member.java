package dev.skein.replication.presence;

import com.google.protobuf.ByteString;

/**
 * One connection's being in a channel.
 *
 * @param client unique for each connection
 * @param user empty: anonymous
 * @param info about the connection
 * @param channelInfo about the connection in this channel
 */
public record Member(String client, String user, ByteString info, ByteString channelInfo) {}
