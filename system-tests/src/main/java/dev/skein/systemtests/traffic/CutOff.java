package dev.skein.systemtests.traffic;

import dev.skein.proto.client.v1.Publish;

/**
 * A publish whose answer was kept from its client.
 *
 * @param id of the message
 * @param request what was sent, with its producer and sequence
 */
public record CutOff(int id, Publish request) {}
