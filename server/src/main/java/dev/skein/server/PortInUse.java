package dev.skein.server;

import java.io.IOException;
import java.net.BindException;

/** Tells a taken port from other reasons why one can't be opened. */
final class PortInUse {

    private PortInUse() {}

    static StartException orOther(String option, String address, IOException refused) {
        BindException bind = bindFailure(refused);
        if (bind != null && String.valueOf(bind.getMessage()).contains("already in use")) {
            return new StartException(
                    ExitCode.PORT_IN_USE,
                    option + ": " + address + " (expected: a free port; another process listens there)",
                    refused);
        }
        return new StartException(
                ExitCode.FAILED,
                option + ": " + address + " (expected: an address of this machine): " + rootMessage(refused),
                refused);
    }

    private static @org.jspecify.annotations.Nullable BindException bindFailure(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof BindException bind) {
                return bind;
            }
        }
        return null;
    }

    private static String rootMessage(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage());
    }
}
