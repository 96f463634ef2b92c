package dev.skein.systemtests.drill;

import dev.skein.proto.client.v1.Publish;

/**
 * A publish whose answer was kept from its client.
 *
 * @param id of the message
 * @param request what was sent, with its producer and sequence
 */
record CutOff(int id, Publish request) {}
