package dev.skein.client;

import java.util.Map;

/**
 * A request failed. {@link #outcomeUnknown} is the first thing to look at: when it is false, the request has not taken effect and
 * never will.
 */
public final class SkeinException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final RetryAdvice advice;
    private final transient Map<String, String> metadata;

    /** A failure without metadata. */
    public SkeinException(Reason reason, String text, boolean outcomeUnknown) {
        this(reason, text, outcomeUnknown ? RetryAdvice.WITH_MESSAGE_ID : RetryAdvice.SAFE, Map.of());
    }

    /** A failure. */
    public SkeinException(Reason reason, String text, RetryAdvice advice, Map<String, String> metadata) {
        super(text.isEmpty() ? reason.name() : reason + ": " + text);
        this.reason = reason;
        this.advice = advice;
        this.metadata = Map.copyOf(metadata);
    }

    private SkeinException(SkeinException origin) {
        super(origin.getMessage(), origin);
        this.reason = origin.reason;
        this.advice = origin.advice;
        this.metadata = origin.metadata;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** What may be done about it. */
    public RetryAdvice advice() {
        return advice;
    }

    /** Whether the same request may succeed later and nothing has taken effect. */
    public boolean retryable() {
        return advice == RetryAdvice.SAFE;
    }

    /** Whether the request may have taken effect. */
    public boolean outcomeUnknown() {
        return advice == RetryAdvice.WITH_MESSAGE_ID;
    }

    /** Facts for programs; the reason says which keys. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The same failure with the stack of the caller, for the thread that waited. */
    SkeinException rethrown() {
        return new SkeinException(this);
    }
}
