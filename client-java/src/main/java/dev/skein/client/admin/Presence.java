package dev.skein.client.admin;

import java.time.Duration;

/**
 * Whether and how the channels of a namespace know who is in them.
 *
 * @param enabled whether they do
 * @param lease how long members stay whose node isn't heard of; zero: 15 seconds
 * @param membersMax members of a channel; 0: 50,000
 * @param joinLeave whether subscribers that ask for it are told who comes and goes
 * @param forceJoinLeave whether all subscribers that may see presence are told
 */
public record Presence(boolean enabled, Duration lease, int membersMax, boolean joinLeave, boolean forceJoinLeave) {

    /** They don't. */
    public static Presence off() {
        return new Presence(false, Duration.ZERO, 0, false, false);
    }

    /** They do, with the cluster's defaults; nobody is told who comes and goes. */
    public static Presence on() {
        return new Presence(true, Duration.ZERO, 0, false, false);
    }
}
