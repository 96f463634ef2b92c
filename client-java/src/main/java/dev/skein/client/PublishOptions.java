package dev.skein.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to publish. Immutable; combine with the {@code with} methods.
 *
 * @param atomic all or nothing: the messages get neighbouring serials or none does
 * @param ephemeral deliver to present subscribers in place, store nothing
 * @param expectedLastSerial take effect only if the channel's last serial is this one; else the publish fails with {@link
 *     Reason#CONDITION_FAILED} and metadata {@code last_serial}
 * @param timeout how long to try, over all reconnects; empty: the client's default
 */
public record PublishOptions(
        boolean atomic, boolean ephemeral, OptionalLong expectedLastSerial, Optional<Duration> timeout) {

    private static final PublishOptions DEFAULTS =
            new PublishOptions(false, false, OptionalLong.empty(), Optional.empty());

    public PublishOptions {
        expectedLastSerial.ifPresent(serial -> Args.check(serial >= 0, "expectedLastSerial", serial, "0 or more"));
        timeout.ifPresent(value -> Args.timeout("timeout", value));
    }

    /** Nothing special. */
    public static PublishOptions defaults() {
        return DEFAULTS;
    }

    /** All or nothing. */
    public static PublishOptions allOrNothing() {
        return new PublishOptions(true, false, OptionalLong.empty(), Optional.empty());
    }

    /** To present subscribers only. */
    public static PublishOptions transientOnly() {
        return new PublishOptions(false, true, OptionalLong.empty(), Optional.empty());
    }

    /** Only if the channel's last serial is this one. */
    public static PublishOptions ifLastSerialIs(long serial) {
        return DEFAULTS.withExpectedLastSerial(serial);
    }

    /** With the condition. */
    public PublishOptions withExpectedLastSerial(long serial) {
        return new PublishOptions(atomic, ephemeral, OptionalLong.of(serial), timeout);
    }

    /** With this timeout. */
    public PublishOptions withTimeout(Duration timeout) {
        return new PublishOptions(atomic, ephemeral, expectedLastSerial, Optional.of(timeout));
    }
}
