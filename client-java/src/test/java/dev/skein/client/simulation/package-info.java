/**
 * A client's decisions over simulated streams to simulated servers, on a virtual clock, by a seed. One thread, no waiting. The seam is
 * {@link dev.skein.client.internal.core.Dialer}. Start with {@link dev.skein.client.simulation.ClientSimulationTest}.
 */
@NullMarked
package dev.skein.client.simulation;

import org.jspecify.annotations.NullMarked;
