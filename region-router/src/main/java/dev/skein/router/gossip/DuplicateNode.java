package dev.skein.router.gossip;

/**
 * Evidence that another live process uses this node's name. The one that came second is refused by its peers and should stop;
 * the first one should only make it known.
 *
 * @param node the name
 * @param otherPeerAddress where the other one is; may be this node's own address when two hosts share it
 * @param otherIncarnation when the other one started, milliseconds since 1970; 0 when not known
 * @param refused whether the cluster refuses this node in favour of the other (the other was there first)
 */
public record DuplicateNode(String node, String otherPeerAddress, long otherIncarnation, boolean refused) {}
