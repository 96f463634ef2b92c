/**
 * Nodes with real sessions, lanes, links and fan-out over a simulated network, a simulated log and one virtual clock, by a seed. One
 * thread, no waiting. The seam is below gRPC's stubs: a {@link io.grpc.ManagedChannel} whose calls are events. Start with {@link
 * dev.skein.server.simulation.SessionSimulationTest}.
 */
@NullMarked
package dev.skein.server.simulation;

import org.jspecify.annotations.NullMarked;
