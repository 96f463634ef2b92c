package dev.skein.client;

/** Receives the events of one subscription. */
@FunctionalInterface
public interface SubscriptionListener {

    /**
     * The next event. Called on the callback executor, never twice at the same time for one subscription, in order. The call may take
     * its time: the server is asked for more only as events are taken. An exception ends the subscription with {@link Closed}.
     */
    void onEvent(SubscriptionEvent event);
}
