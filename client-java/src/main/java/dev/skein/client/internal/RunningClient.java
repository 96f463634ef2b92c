package dev.skein.client.internal;

import dev.skein.client.SkeinClient;

/** A started client. */
public final class RunningClient {

    private RunningClient() {}

    /** Starts a client. */
    public static SkeinClient start(ClientSettings settings) {
        throw new UnsupportedOperationException("not yet");
    }
}
