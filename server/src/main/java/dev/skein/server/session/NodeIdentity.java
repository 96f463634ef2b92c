package dev.skein.server.session;

import dev.skein.core.NodeId;

/**
 * Who this node is.
 *
 * @param node its name
 * @param region where it is
 * @param zone its failure domain within the region
 * @param clusterId identity of the cluster, the same on every node
 * @param clusterName the cluster's configured name
 * @param configHash hash of the cluster part of the configuration; empty: not compared when others ask for the control state
 */
public record NodeIdentity(
        NodeId node, String region, String zone, String clusterId, String clusterName, String configHash) {}
