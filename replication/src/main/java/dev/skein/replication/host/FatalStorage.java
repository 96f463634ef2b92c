package dev.skein.replication.host;

import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.NodeStorage;
import dev.skein.replication.shard.SnapshotDamagedException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when the storage fails under a running node: damage marks it as quarantined, so that it stays out after a restart, and
 * in every case the process stops. Called from the thread that met the failure.
 */
record FatalStorage(NodeStorage storage, Consumer<String> onFatal) {

    private static final Logger LOG = LoggerFactory.getLogger(FatalStorage.class);

    void failed(Throwable failure) {
        LOG.error("the storage of this node failed; the node stops", failure);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NodeLogDamagedException || cause instanceof SnapshotDamagedException) {
                storage.quarantine(String.valueOf(cause.getMessage()));
                break;
            }
        }
        onFatal.accept("storage: " + failure.getMessage());
    }
}
