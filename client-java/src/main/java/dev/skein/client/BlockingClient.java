package dev.skein.client;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The client's requests for threads that may wait. Each call waits until its own timeout has passed at the latest, and throws
 * {@link SkeinException}. An interrupt ends the waiting, not the request. Never call it from a listener on the callback executor.
 */
public final class BlockingClient {

    private final SkeinClient client;

    /** A view of a client. */
    public BlockingClient(SkeinClient client) {
        this.client = client;
    }

    /** Publishes one message. */
    public Receipt publish(String channel, OutgoingMessage message) {
        return await(client.publish(channel, message));
    }

    /** Publishes one message. */
    public Receipt publish(String channel, OutgoingMessage message, PublishOptions options) {
        return await(client.publish(channel, message, options));
    }

    /** Publishes messages to one channel, in this order. */
    public List<Receipt> publish(String channel, List<OutgoingMessage> messages, PublishOptions options) {
        return await(client.publish(channel, messages, options));
    }

    /** Reads a page of a channel's history. */
    public HistoryPage history(HistoryQuery query) {
        return await(client.history(query));
    }

    /** A channel's present extent. */
    public ChannelExtent describeChannel(String channel) {
        return await(client.describeChannel(channel));
    }

    /** Where this client would be sent now. */
    public Routes routes() {
        return await(client.routes());
    }

    /**
     * Waits for any future of this client.
     *
     * @throws SkeinException when it failed, or when this thread was interrupted (the outcome is unknown then)
     */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SkeinException(Reason.OUTCOME_UNKNOWN, "interrupted while waiting for an answer", true);
        } catch (CancellationException cancelled) {
            throw new SkeinException(Reason.OUTCOME_UNKNOWN, "cancelled while waiting for an answer", true);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SkeinException known) {
                throw known.rethrown();
            }
            throw new SkeinException(Reason.INTERNAL, String.valueOf(failed.getCause()), true);
        }
    }
}
