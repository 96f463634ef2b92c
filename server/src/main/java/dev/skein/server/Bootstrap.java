package dev.skein.server;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.Replication;
import dev.skein.server.admin.ControlPlane;
import dev.skein.server.config.ClusterConfig;
import dev.skein.server.config.NamespaceConfig;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the configured namespaces into the control state: the control group's leader creates what is missing, with growing pauses,
 * until none is. Runs on the house thread, one attempt under way at a time.
 */
final class Bootstrap {

    private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);

    private static final long PAUSE_MILLIS_MIN = 100;
    private static final long PAUSE_MILLIS_MAX = 2_000;

    private final ClusterConfig cluster;
    private final Replication replication;
    private final ControlPlane control;
    private final ScheduledExecutorService house;
    private final CountDownLatch complete = new CountDownLatch(1);
    private long pauseMillis = PAUSE_MILLIS_MIN;
    private String lastTold = "";

    Bootstrap(ClusterConfig cluster, Replication replication, ControlPlane control, ScheduledExecutorService house) {
        this.cluster = cluster;
        this.replication = replication;
        this.control = control;
        this.house = house;
    }

    void start() {
        house.execute(this::step);
    }

    /**
     * Waits until this node knows all configured namespaces, so that no client is told that one of them doesn't exist.
     *
     * @return false when they aren't known in time; the node goes on and knows them later
     */
    boolean await(Duration patience) {
        try {
            return complete.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void step() {
        Optional<NamespaceConfig> missing = missingNamespace(replication.control());
        if (missing.isEmpty()) {
            complete.countDown();
        } else if (control.leads()) {
            create(missing.get());
        } else {
            again(PAUSE_MILLIS_MIN);
        }
    }

    private void create(NamespaceConfig namespace) {
        control.propose(ControlCommand.newBuilder().setCreateNamespace(namespace.toSpec()))
                .whenComplete((nothing, failure) -> {
                    if (failure == null) {
                        log.info("created namespace {}", namespace.name());
                        pauseMillis = PAUSE_MILLIS_MIN;
                        again(0);
                    } else {
                        failed(namespace, ControlPlane.errorOf(failure));
                    }
                });
    }

    private void failed(NamespaceConfig namespace, Error error) {
        if (error.getReason() != Reason.REASON_ALREADY_EXISTS) {
            tell("namespace " + namespace.name() + " isn't created yet: " + Errors.shortName(error.getReason()) + ": "
                    + error.getText());
        }
        pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
        again(pauseMillis);
    }

    /** The same reason is told once, not at every attempt. */
    private void tell(String text) {
        if (!text.equals(lastTold)) {
            lastTold = text;
            log.warn(text);
        }
    }

    private void again(long millis) {
        try {
            house.schedule(this::step, millis, TimeUnit.MILLISECONDS);
        } catch (RuntimeException stopping) {
            log.debug("bootstrap ends with the node", stopping);
        }
    }

    private Optional<NamespaceConfig> missingNamespace(ControlState state) {
        Set<String> present = state.getNamespacesList().stream()
                .map(namespace -> namespace.getSpec().getName())
                .collect(Collectors.toSet());
        return cluster.namespaces().stream()
                .filter(namespace -> !present.contains(namespace.name()))
                .findFirst();
    }
}
