package dev.skein.server.fanout;

/**
 * Where a subscription begins.
 *
 * @param epoch of the channel
 * @param nextSerial the first serial wanted
 * @param lastSerial the channel's last serial at that moment
 */
record StartPoint(long epoch, long nextSerial, long lastSerial) {}
