package dev.skein.server.fanout;

import dev.skein.proto.error.v1.Error;
import org.jspecify.annotations.Nullable;

/** Where a subscription's frames go: its session. Called on the session's loop only. */
public interface Outlet {

    /** Whether the transport takes more without piling it up. */
    boolean isReady();

    /** Sends a frame. */
    void send(FrameBytes frame);

    /** The subscription could send; the session pumps it in turn with the others. */
    void wantsToSend(Subscription subscription);

    /** The subscription has ended by itself; null when it was asked to. */
    void ended(Subscription subscription, @Nullable Error error);
}
