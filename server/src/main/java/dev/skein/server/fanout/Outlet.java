package dev.skein.server.fanout;

import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.TailMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription's events go: its session, which puts them into words of its protocol. Called on the session's loop only, in the order
 * in which the client has to hear of them.
 */
public interface Outlet {

    /**
     * The subscription has started.
     *
     * @param epoch of the channel; 0: it has none yet
     * @param serial everything after it follows
     * @param lastSerial the channel's last one at that moment
     */
    void started(Subscription subscription, long epoch, long serial, long lastSerial);

    /** Messages, at least one, each following on the one before. */
    void messages(Subscription subscription, long epoch, List<TailMessage> messages);

    /** Everything that was there when the subscription started has been told. */
    void caughtUp(Subscription subscription, long epoch, long serial);

    /** Serials that will never come; 0 and 0 when the history was broken and goes on in a new epoch. */
    void gap(Subscription subscription, long epoch, long first, long last, GapCause cause);

    /** The subscription could send; the session pumps it in turn with the others. */
    void wantsToSend(Subscription subscription);

    /** The subscription has ended by itself; null when it was asked to. */
    void ended(Subscription subscription, @Nullable Error error);
}
