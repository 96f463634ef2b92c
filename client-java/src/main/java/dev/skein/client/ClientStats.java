package dev.skein.client;

import java.util.Optional;

/**
 * A snapshot of a client.
 *
 * @param node the node it is attached to
 * @param region that node's region
 * @param sessions sessions opened so far
 * @param publishesAcknowledged publishes answered with receipts
 * @param publishesFailed publishes whose future failed
 * @param publishesResent frames sent again after a lost session or a refusal that allows it
 * @param messagesUnanswered messages that wait for an answer now
 * @param messagesDelivered messages handed to listeners
 * @param messagesDropped messages received again after a resume and not handed out
 * @param gaps gap events handed out
 * @param subscriptions open subscriptions
 */
public record ClientStats(
        Optional<String> node,
        Optional<String> region,
        long sessions,
        long publishesAcknowledged,
        long publishesFailed,
        long publishesResent,
        long messagesUnanswered,
        long messagesDelivered,
        long messagesDropped,
        long gaps,
        int subscriptions) {}
