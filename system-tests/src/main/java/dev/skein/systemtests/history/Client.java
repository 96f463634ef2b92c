package dev.skein.systemtests.history;

/**
 * A client of the run.
 *
 * @param role what it does: chat, probe, subscriber ...
 * @param region where it is
 */
public record Client(String role, String region) {

    @Override
    public String toString() {
        return role + " client in " + region;
    }
}
