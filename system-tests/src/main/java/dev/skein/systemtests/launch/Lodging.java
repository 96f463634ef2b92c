package dev.skein.systemtests.launch;

import java.util.Map;

/**
 * Where a node's process lives.
 *
 * @param host a loopback address that its ports are bound to
 * @param networkNamespace name of the one it runs in, from which nodes reach each other without the WAN emulator; empty: the launcher's,
 *     behind the emulator
 * @param environment variables besides those that every process gets
 */
public record Lodging(String host, String networkNamespace, Map<String, String> environment) {

    /** On this machine, like the launcher. */
    public static final Lodging PLAIN = new Lodging("127.0.0.1", "", Map.of());

    public Lodging {
        environment = Map.copyOf(environment);
    }

    boolean hasOwnNetwork() {
        return !networkNamespace.isEmpty();
    }
}
