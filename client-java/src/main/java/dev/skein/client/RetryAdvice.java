package dev.skein.client;

/** What an application may do after a failure. */
public enum RetryAdvice {
    /** The same request will fail again; change it first. */
    NEVER,
    /** Nothing took effect; the same request may succeed later. */
    SAFE,
    /** The request may have taken effect. Repeat it only with the same message ids, which make the repetition harmless. */
    WITH_MESSAGE_ID
}
