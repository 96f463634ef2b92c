package dev.skein.replication.nodelog;

/** The log could not write or sync, or is closed. It will not work again before a restart. */
public final class NodeLogFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public NodeLogFailedException(String text, Throwable cause) {
        super(text, cause);
    }

    public NodeLogFailedException(String text) {
        super(text);
    }
}
