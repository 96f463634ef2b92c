package dev.skein.server.node;

import dev.skein.core.Checks;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.GetControlStateRequest;
import dev.skein.wire.Errors;
import java.util.Optional;

/**
 * Who may join: a node of the same cluster with the same cluster part of the configuration.
 *
 * @param clusterName the cluster's configured name
 * @param configHash hash of the cluster part; empty: not compared
 */
public record Admission(String clusterName, String configHash) {

    Optional<Error> refusal(GetControlStateRequest request) {
        if (!request.getClusterName().equals(clusterName)) {
            return mismatch("cluster.name", request.getClusterName(), clusterName, request.getNode());
        }
        boolean same = configHash.isEmpty() || request.getConfigHash().equals(configHash);
        return same
                ? Optional.empty()
                : mismatch("cluster configuration hash", request.getConfigHash(), configHash, request.getNode());
    }

    private static Optional<Error> mismatch(String name, String value, String expected, String node) {
        return Optional.of(
                Errors.of(Reason.REASON_CLUSTER_MISMATCH, Checks.text(name, value, expected) + " from node " + node));
    }
}
