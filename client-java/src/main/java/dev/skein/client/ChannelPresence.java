package dev.skein.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Who is in one channel. The namespace has to have presence switched on, else everything fails with {@link Reason#PRESENCE_OFF}.
 *
 * <p>This client is one member, whichever node it is attached to. When its connection is lost it enters again by itself elsewhere, and others don't see it
 * leave; when it ends without a word it leaves with its node's lease, 15 s by default.
 */
public interface ChannelPresence {

    /** Enters, with nothing to tell about it. */
    default CompletableFuture<Void> enter() {
        return enter(Payload.empty());
    }

    /**
     * Enters; a client that is in the channel looks like this from now on. Completes when everybody who asks in this region sees it; in other
     * regions that is so within two seconds.
     *
     * @param data at most 4,096 bytes that others see
     */
    CompletableFuture<Void> enter(Payload data);

    /** Changes what others see; enters if it has to. */
    default CompletableFuture<Void> update(Payload data) {
        return enter(data);
    }

    /** Leaves; a client that isn't in the channel stays out. When the connection is lost meanwhile, others may see it a few seconds longer. */
    CompletableFuture<Void> leave();

    /** Everybody who is there, by client; confirmed with the leader. */
    CompletableFuture<List<Member>> members();

    /** How many are there; confirmed with the leader. */
    CompletableFuture<MemberCounts> counts();

    /**
     * Tells from now on who comes and goes. Ask for {@link #members} when the future has completed: then nothing is missed.
     *
     * @return closes to hear no more; fails when it may not be heard
     */
    CompletableFuture<AutoCloseable> watch(MemberListener listener);
}
