package dev.skein.client;

/** Hears of attaching and detaching. */
@FunctionalInterface
public interface ConnectionListener {

    /** Called on the callback executor, in order, one at a time. */
    void onEvent(ConnectionEvent event);
}
