package dev.skein.server;

import dev.skein.core.tls.CredentialsException;
import dev.skein.proto.error.v1.Error;
import dev.skein.replication.Replication;
import dev.skein.router.RouterNode;
import dev.skein.server.access.AccessControl;
import dev.skein.server.config.Address;
import dev.skein.server.config.EdgeConfig;
import dev.skein.server.console.Console;
import dev.skein.server.edge.EdgeParts;
import dev.skein.server.edge.EdgePort;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.locate.RouterNeighbours;
import dev.skein.server.session.MessagingServices;
import dev.skein.server.session.NodeIdentity;
import dev.skein.server.session.SessionLimits;
import dev.skein.server.tls.EdgeTls;
import io.grpc.BindableService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Messaging of a real node. */
final class RunningMessaging implements NodeParts.Messaging {

    private final NodeContext context;
    private final MessagingServices services;
    private volatile @Nullable EdgePort edge;
    private volatile @Nullable EdgeTls edgeTls;

    RunningMessaging(NodeContext context, Replication replication, RouterNode router) {
        this.context = context;
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
    public List<BindableService> clientServices() {
        return List.of(services.clientService(), services.presenceService(), services.serverApi());
    }

    @Override
    public BindableService nodeService() {
        return services.nodeService();
    }

    @Override
    public String openEdge(EdgeConfig config, Optional<AccessControl> access, Console console) {
        EdgeParts parts = services.edge(access, context.config().node().sessionsMax());
        try {
            edgeTls = config.tls().isEmpty()
                    ? null
                    : EdgeTls.start(config.tls().get(), context.time(), context.metrics());
            EdgePort opened = EdgePort.open(
                    Address.socket(config.listen()),
                    Optional.ofNullable(edgeTls),
                    config.origins(),
                    access.isPresent() || !config.isReachable() ? Optional.of(console) : Optional.empty(),
                    parts,
                    context.loops().acceptor(),
                    context.loops().io());
            context.metrics().gauge("edge.sessions", () -> opened::sessions);
            context.metrics().gauge("edge.subscriptions", () -> opened::subscriptions);
            opened.countBeside(services.sessions()::count);
            services.sessions().countBeside(opened::sessions);
            edge = opened;
            return Address.withPort(config.listen(), opened.port());
        } catch (IOException refused) {
            throw PortInUse.orOther("node.edge.listen", config.listen(), refused);
        } catch (CredentialsException unusable) {
            throw new StartException(ExitCode.BAD_CONFIGURATION, unusable.getMessage(), unusable);
        }
    }

    @Override
    public int sessions() {
        EdgePort present = edge;
        return services.sessions().count() + (present == null ? 0 : present.sessions());
    }

    @Override
    public int staying() {
        EdgePort present = edge;
        return sessions() - services.sessions().told() - (present == null ? 0 : present.told());
    }

    @Override
    public int staying(Duration age) {
        EdgePort present = edge;
        return services.sessions().staying(age) + (present == null ? 0 : present.staying(age));
    }

    @Override
    public void refuse(boolean on) {
        EdgePort present = edge;
        if (on) {
            services.sessions().refuse();
            if (present != null) {
                present.refuse();
            }
        } else {
            services.sessions().undrain();
            if (present != null) {
                present.undrain();
            }
        }
    }

    /** Sessions of both kinds go in proportion to their numbers. */
    @Override
    public void shed(Error reason, boolean stops, Duration age, Duration spread, List<List<String>> routes) {
        EdgePort present = edge;
        int spoken = services.sessions().staying(age);
        int ofEdge = present == null ? 0 : present.staying(age);
        int edgeShare = ofEdge == 0
                ? 0
                : (int) Math.min(ofEdge, ((long) routes.size() * ofEdge + spoken / 2) / (spoken + ofEdge));
        if (present != null && edgeShare > 0) {
            present.shed(stops, age, spread, edgeShare);
        }
        services.sessions().shed(reason, age, spread, routes.subList(0, routes.size() - edgeShare));
    }

    @Override
    public void elsewhere(List<String> endpoints) {
        services.sessions().elsewhere(endpoints);
    }

    @Override
    public void sendAway(Duration spread, List<String> endpoints) {
        services.drain(spread, endpoints);
        EdgePort present = edge;
        if (present != null) {
            present.drain(spread);
        }
    }

    @Override
    public void close() {
        EdgePort present = edge;
        if (present != null) {
            present.close();
        }
        EdgeTls protection = edgeTls;
        if (protection != null) {
            protection.close();
        }
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
