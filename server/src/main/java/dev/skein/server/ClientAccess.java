package dev.skein.server;

import dev.skein.core.TimeSource;
import dev.skein.replication.Replication;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.AccessFileException;
import dev.skein.server.access.AccessGuard;
import dev.skein.server.config.AccessConfig;
import dev.skein.server.config.SkeinConfig;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard of the client port, if the configuration asks for one; else services pass as they are. */
final class ClientAccess {

    private static final Logger log = LoggerFactory.getLogger(ClientAccess.class);

    private static final long FILES_LOOKED_AT_MILLIS = 1_000;

    private final Optional<AccessControl> control;
    private final Optional<AccessGuard> guard;

    private ClientAccess(Optional<AccessControl> control) {
        this.control = control;
        guard = control.map(AccessGuard::new);
    }

    /** @throws StartException when a file can't be used */
    static ClientAccess start(SkeinConfig config, TimeSource time, Replication replication, House house) {
        Optional<AccessConfig> asked = config.node().access();
        if (asked.isEmpty()) {
            return new ClientAccess(Optional.empty());
        }
        try {
            AccessControl control = new AccessControl(asked.get(), time);
            replication.onControl(control::update);
            house.every(FILES_LOOKED_AT_MILLIS, () -> reload(control, house));
            return new ClientAccess(Optional.of(control));
        } catch (AccessFileException unfit) {
            throw new StartException(ExitCode.BAD_CONFIGURATION, unfit.getMessage(), unfit);
        }
    }

    /** @throws AccessFileException when the node couldn't start with the files that are there now */
    static void check(SkeinConfig config) throws AccessFileException {
        if (config.node().access().isPresent()) {
            new AccessControl(config.node().access().get(), TimeSource.system());
        }
    }

    /** For other fronts; empty: everybody may do everything. */
    Optional<AccessControl> control() {
        return control;
    }

    List<ServerServiceDefinition> guarded(List<ServerServiceDefinition> services) {
        return guard.map(present -> present.guarded(services)).orElse(services);
    }

    void count(NettyServerBuilder port) {
        guard.ifPresent(present -> present.count(port));
    }

    /** On a thread that may wait for a disk. */
    private static void reload(AccessControl control, House house) {
        try {
            house.dumps().execute(control::reload);
        } catch (RejectedExecutionException busy) {
            log.debug("the keys' file is looked at later: dumps take all threads");
        }
    }
}
