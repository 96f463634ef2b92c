package dev.skein.server;

import dev.skein.replication.Replication;
import dev.skein.router.RouterNode;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the wish that this node be drained, an operator's or the process's own when it stops: hands leaderships and sessions
 * away, tells gossip and load balancers. Replication tells the control group, so that leaderships don't come back; a restart ends
 * the drain.
 */
final class Draining implements Consumer<Boolean> {

    private static final Logger log = LoggerFactory.getLogger(Draining.class);

    private final Replication replication;
    private final RouterNode router;
    private final NodeParts.Messaging messaging;
    private final NodeFacts facts;
    private final HealthStatusManager health;
    private boolean wished;
    private boolean stopping;
    private boolean draining;
    private boolean isolated;
    private boolean sendingAway;

    Draining(
            Replication replication,
            RouterNode router,
            NodeParts.Messaging messaging,
            NodeFacts facts,
            HealthStatusManager health) {
        this.replication = replication;
        this.router = router;
        this.messaging = messaging;
        this.facts = facts;
        this.health = health;
    }

    /** An operator's wish. */
    @Override
    public synchronized void accept(Boolean wish) {
        wished = wish;
        apply();
    }

    /** Whether this region is cut off from most others: its sessions are sent away, its leaderships are Raft's business. */
    synchronized void isolated(boolean cutOff) {
        if (cutOff != isolated) {
            isolated = cutOff;
            log.warn(cutOff ? "cut off from most regions: sending sessions away" : "most regions are reachable again");
            applyToSessions();
        }
    }

    /** The process is about to end; nothing undoes this. */
    synchronized void stopping() {
        stopping = true;
        apply();
    }

    private void apply() {
        boolean wanted = wished || stopping;
        if (wanted == draining) {
            return;
        }
        draining = wanted;
        log.info(wanted ? "draining: handing leaderships and sessions over" : "draining has ended");
        facts.draining(wanted);
        health.setStatus(
                HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
                wanted ? ServingStatus.NOT_SERVING : ServingStatus.SERVING);
        router.factsChanged();
        applyToSessions();
        replication.drain(wanted);
    }

    private void applyToSessions() {
        boolean wanted = draining || isolated;
        if (wanted != sendingAway) {
            sendingAway = wanted;
            messaging.drain(wanted);
        }
    }
}
