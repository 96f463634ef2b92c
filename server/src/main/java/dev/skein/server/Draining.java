package dev.skein.server;

import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.replication.Replication;
import dev.skein.router.RouterNode;
import dev.skein.router.RouterNode.MemberView;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the wish that this node be drained, an operator's or the process's own when it stops: hands leaderships away, takes no
 * sessions, tells gossip and load balancers. The {@link Shedder} sends the present sessions away. Replication tells the control group, so that leaderships don't come back; a restart ends
 * the drain.
 */
final class Draining implements Consumer<Boolean> {

    private static final Logger log = LoggerFactory.getLogger(Draining.class);

    /** Clients of a cut-off region, or of a disk that stands still, hear nothing, so they move fast; that they come all at once is the lesser evil. */
    private static final Duration QUICK_SPREAD = Duration.ofMillis(300);

    /** A client tries them one after another and knows more addresses itself. */
    private static final int ENDPOINTS_MAX = 16;

    private final String region;
    private final Random random;
    private final Replication replication;
    private final RouterNode router;
    private final NodeParts.Messaging messaging;
    private final NodeFacts facts;
    private final HealthStatusManager health;
    private boolean wished;
    private boolean stopping;
    private boolean draining;
    private boolean isolated;
    private boolean stalled;
    private boolean sendingAway;

    /**
     * @param region of this node
     * @param random shuffles the addresses that clients are sent to
     */
    Draining(
            String region,
            Random random,
            Replication replication,
            RouterNode router,
            NodeParts.Messaging messaging,
            NodeFacts facts,
            HealthStatusManager health) {
        this.region = region;
        this.random = random;
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

    /**
     * Whether this node's disk stands still. Its sessions would hear nothing here, because nothing new is applied; its leaderships are
     * replication's business.
     */
    synchronized void stalled(boolean standsStill) {
        if (standsStill != stalled) {
            stalled = standsStill;
            log.warn(
                    standsStill
                            ? "the disk stands still: sending sessions away"
                            : "the disk is well again: sessions are welcome");
            tell();
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
        tell();
        applyToSessions();
        replication.drain(wanted);
    }

    private void tell() {
        boolean away = draining || stalled;
        facts.draining(away);
        health.setStatus(
                HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
                away ? ServingStatus.NOT_SERVING : ServingStatus.SERVING);
        router.factsChanged();
    }

    private void applyToSessions() {
        boolean wanted = draining || isolated || stalled;
        if (wanted == sendingAway) {
            return;
        }
        sendingAway = wanted;
        if (isolated) {
            messaging.sendAway(QUICK_SPREAD, elsewhere(region, router.members(), random));
        } else if (stalled) {
            messaging.sendAway(QUICK_SPREAD, List.of());
        } else {
            messaging.refuse(wanted);
        }
    }

    /** Addresses in other regions, whatever this region thinks of them: it is the one that can't see. */
    static List<String> elsewhere(String region, List<MemberView> members, Random random) {
        List<String> endpoints = new ArrayList<>();
        for (MemberView member : members) {
            MemberRecord record = member.record();
            if (!record.getRouterOnly() && !record.getRegion().equals(region)) {
                endpoints.add(record.getClientAddress());
            }
        }
        Collections.shuffle(endpoints, random);
        return List.copyOf(endpoints.subList(0, Math.min(endpoints.size(), ENDPOINTS_MAX)));
    }
}
