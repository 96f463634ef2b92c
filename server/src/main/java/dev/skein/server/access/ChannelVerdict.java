package dev.skein.server.access;

import dev.skein.proto.error.v1.Error;

/** What a channel's token is good for. */
public sealed interface ChannelVerdict {

    /** It is good. */
    record Granted(ChannelGrant grant) implements ChannelVerdict {}

    /** It isn't; UNAUTHENTICATED, CREDENTIAL_EXPIRED or STARTING. */
    record Refused(Error error) implements ChannelVerdict {}
}
