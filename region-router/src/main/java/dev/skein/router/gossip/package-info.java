/**
 * Gossip without I/O: who tells whom what, what is believed, and who is alive. {@link dev.skein.router.gossip.GossipCore} is
 * the state machine: time, requests and answers go in, requests and answers come out; a shell in the parent package carries
 * them. Heartbeats travel as digests, facts as whole records, and only to those who lack them. The router's thread owns all
 * state here, except that {@link dev.skein.router.gossip.LeaderIndex} may be read from anywhere.
 */
@NullMarked
package dev.skein.router.gossip;

import org.jspecify.annotations.NullMarked;
