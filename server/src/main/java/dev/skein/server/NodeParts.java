package dev.skein.server;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.replication.Replication;
import dev.skein.router.RouterNode;
import dev.skein.server.access.AccessControl;
import dev.skein.server.config.EdgeConfig;
import dev.skein.server.console.Console;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes the three large parts of a node. The seam at which a test puts a smaller part in. */
interface NodeParts {

    /**
     * Makes the node's part in replication; not yet started, so that its services can be offered first.
     *
     * @param failed told when the storage fails under the running node
     */
    StartableReplication createReplication(NodeContext context, Consumer<StartException> failed);

    /**
     * Makes the node's gossip and routing; not yet started.
     *
     * @param self what the node says of itself
     * @param refused told when the cluster won't have this node
     */
    RouterNode createRouter(NodeContext context, Supplier<MemberRecord> self, Consumer<StartException> refused);

    /** Makes the services for clients' messages. */
    Messaging createMessaging(NodeContext context, Replication replication, RouterNode router);

    /** Replication that is made but not started. */
    interface StartableReplication {

        /** The part itself. */
        Replication replication();

        /**
         * Opens the storage and takes the node's place in the cluster; blocks until it has one, which for a new node takes other
         * nodes.
         *
         * @throws StartException when the storage or the cluster refuses
         */
        void start();
    }

    /** The services for clients' messages, and what the process needs to know of them. */
    interface Messaging extends AutoCloseable {

        /** For the client port. */
        List<BindableService> clientServices();

        /** For the node-to-node port: NodeService. */
        BindableService nodeService();

        /**
         * Opens the port for browsers and phones; closed with this.
         *
         * @param access who may come in; empty: everybody
         * @param console shown there if it is safe: where access is controlled, or only this machine can see it
         * @return where it listens, with the real port
         * @throws StartException when the port is taken
         */
        String openEdge(EdgeConfig edge, Optional<AccessControl> access, Console console);

        /** Client sessions now. */
        int sessions();

        /** Client sessions that haven't been told to go. */
        int staying();

        /** The same of at least that age. */
        int staying(Duration age);

        /** Takes no new sessions, or takes them again; the present ones stay until they are sent away. */
        void refuse(boolean on);

        /**
         * Sends sessions away, in slots spread over the time.
         *
         * @param reason what clients are told
         * @param stops whether the node takes no more for now
         * @param age of younger sessions none goes
         * @param routes for each session that goes, the client addresses to try first
         */
        void shed(Error reason, boolean stops, Duration age, Duration spread, List<List<String>> routes);

        /** Client addresses that those are told who can't be taken. */
        void elsewhere(List<String> endpoints);

        /**
         * Sends all sessions to certain nodes at once and takes no new ones, until {@code refuse(false)}.
         *
         * @param spread how long the moving may take in all
         * @param endpoints client addresses to try first
         */
        void sendAway(Duration spread, List<String> endpoints);

        /** Ends all sessions. */
        @Override
        void close();
    }
}
