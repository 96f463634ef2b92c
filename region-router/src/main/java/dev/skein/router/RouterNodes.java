package dev.skein.router;

import dev.skein.router.gossip.DuplicateNode;
import dev.skein.router.gossip.SelfFacts;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes routers. */
public final class RouterNodes {

    private RouterNodes() {}

    /**
     * A router that gossips over gRPC. Serve {@link RouterNode#gossipService()} and {@link RouterNode#routingService()}, then
     * {@link RouterNode#start()} it.
     *
     * @param facts what this node says of itself; asked every 200 ms on the router's thread, must not block
     * @param duplicates told, on the router's thread and possibly repeatedly, when another process uses this node's name
     */
    public static RouterNode create(
            RouterConfig config, Supplier<SelfFacts> facts, Consumer<DuplicateNode> duplicates, RouterSeams seams) {
        return new GossipingRouterNode(config, facts, duplicates, seams);
    }
}
