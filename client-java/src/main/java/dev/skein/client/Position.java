package dev.skein.client;

/**
 * A place in a channel's history: everything up to and including the serial.
 *
 * @param epoch identity of the unbroken history
 * @param serial last serial, 0 before the first message
 */
public record Position(long epoch, long serial) {

    public Position {
        Args.check(serial >= 0, "serial", serial, "0 or more");
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(epoch, 36) + "@" + serial;
    }
}
