package dev.skein.server;

import dev.skein.replication.Replication;
import dev.skein.router.RouterNode;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.locate.RouterNeighbours;
import dev.skein.server.session.MessagingServices;
import dev.skein.server.session.NodeIdentity;
import dev.skein.server.session.SessionLimits;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Messaging of a real node. */
final class RunningMessaging implements NodeParts.Messaging {

    /** Over how long a draining node's clients move: long enough that they don't all knock elsewhere at once. */
    private static final Duration DRAIN_SPREAD = Duration.ofSeconds(3);

    private final MessagingServices services;

    RunningMessaging(NodeContext context, Replication replication, RouterNode router) {
        services = new MessagingServices(
                new MessagingServices.Parts(
                        new NodeIdentity(
                                context.id(),
                                context.self().region(),
                                context.self().zone(),
                                context.clusterId(),
                                context.config().cluster().name(),
                                context.config().cluster().hash()),
                        replication,
                        new RouterNeighbours(router, context.self().region(), context.time()),
                        context.channels(),
                        context.time(),
                        new Random(context.random().nextLong()),
                        context.metrics(),
                        limits(context.config().node().sessionsMax()),
                        FanoutLimits.DEFAULT),
                context.loops().io());
    }

    @Override
    public BindableService clientService() {
        return services.clientService();
    }

    @Override
    public BindableService nodeService() {
        return services.nodeService();
    }

    @Override
    public int sessions() {
        return services.sessions().count();
    }

    @Override
    public void drain(boolean on) {
        if (on) {
            services.drain(DRAIN_SPREAD, List.of());
        } else {
            services.sessions().undrain();
        }
    }

    @Override
    public void sendAway(Duration spread, List<String> endpoints) {
        services.drain(spread, endpoints);
    }

    @Override
    public void close() {
        services.close();
    }

    private static SessionLimits limits(int sessionsMax) {
        SessionLimits standard = SessionLimits.DEFAULT;
        return new SessionLimits(
                sessionsMax,
                standard.subscriptionsMax(),
                standard.heartbeatMillis(),
                standard.heartbeatsMissedMax(),
                standard.stallMillisMax());
    }
}
