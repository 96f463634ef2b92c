package dev.skein.core.tls;

/** Credentials can't be used; the message is one line for the operator. */
public final class CredentialsException extends Exception {

    private static final long serialVersionUID = 1;

    CredentialsException(String message, Throwable cause) {
        super(message, cause);
    }

    CredentialsException(String message) {
        super(message);
    }
}
