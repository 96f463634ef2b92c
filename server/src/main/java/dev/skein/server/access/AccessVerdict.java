package dev.skein.server.access;

import dev.skein.proto.error.v1.Error;

/** What a credential is good for. */
public sealed interface AccessVerdict {

    /** It is good. */
    record Granted(Grant grant) implements AccessVerdict {}

    /** It isn't; UNAUTHENTICATED or CREDENTIAL_EXPIRED. */
    record Refused(Error error) implements AccessVerdict {}
}
