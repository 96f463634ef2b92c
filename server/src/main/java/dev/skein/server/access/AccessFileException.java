package dev.skein.server.access;

import org.jspecify.annotations.Nullable;

/** A file of keys that can't be used; the message says why and holds nothing secret. */
public final class AccessFileException extends Exception {

    private static final long serialVersionUID = 1;

    AccessFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
