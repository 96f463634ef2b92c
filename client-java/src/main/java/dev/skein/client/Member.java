package dev.skein.client;

/**
 * Somebody in a channel.
 *
 * @param client which client, unique in the channel; the same after it has connected again
 * @param user whose credential it has; empty: none
 * @param data what it says about its part in the channel
 * @param connectionData what is known of its connection, when it came by a browser's gateway; else empty
 */
public record Member(String client, String user, Payload data, Payload connectionData) {}
