package dev.skein.server.edge;

/** A frame that isn't one. */
final class BadFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    BadFrameException(String message) {
        super(message);
    }

    BadFrameException(Throwable cause) {
        super(cause);
    }
}
