package dev.skein.systemtests.edge;

import java.util.List;

/**
 * How a client gets in.
 *
 * @param stream address, host:port, that carries what goes to the client, and on WebSockets all
 * @param emulation address for the commands of a client without WebSockets; any node's will do
 * @param tokens the first at once, each further one when the SDK asks for another; empty: none
 */
record Door(String stream, String emulation, List<String> tokens) {}
