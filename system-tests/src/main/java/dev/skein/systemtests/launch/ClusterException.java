package dev.skein.systemtests.launch;

import java.io.IOException;

/** The cluster can't do what was asked; the text says why and what would help. */
public final class ClusterException extends IOException {

    private static final long serialVersionUID = 1;

    public ClusterException(String text) {
        super(text);
    }
}
