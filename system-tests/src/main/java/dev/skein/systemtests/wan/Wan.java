package dev.skein.systemtests.wan;

import java.io.IOException;
import java.net.InetSocketAddress;

/** What tests and scripts ask of an emulator, in this process ({@link WanEmulator}) or in its own ({@link WanRemote}). Thread-safe. */
public interface Wan extends AutoCloseable {

    /** Adds a place and listens for it; answers where. */
    InetSocketAddress add(Place place) throws IOException;

    /** Where a place's own process finds its way out. */
    InetSocketAddress proxy(String placeName) throws IOException;

    /** Silences paths until the same rule is healed. */
    void cut(Cut cut) throws IOException;

    /** Takes a rule back; answers whether it was in force. */
    boolean heal(Cut cut) throws IOException;

    /** Takes every rule back; answers how many there were. */
    int healAll() throws IOException;

    @Override
    void close();
}
