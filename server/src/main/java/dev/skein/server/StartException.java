package dev.skein.server;

/** The server can't start. The message is one line for the operator. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    StartException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    StartException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
