package dev.skein.router.routes;

import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that follow their answer. A new view is worked through in portions, so that ten thousand watchers don't hold up a
 * heartbeat. Pushed is only what a client would act on: another order of regions, another health, other nodes; not figures.
 */
public final class RouteWatches {

    /** Watchers of one node. Reached: OVERLOADED, the client polls or asks elsewhere. */
    public static final int WATCHERS_MAX = 10_000;

    private static final Logger log = LoggerFactory.getLogger(RouteWatches.class);

    private final Ranking ranking;
    private final Set<Watch> watches = new LinkedHashSet<>();
    private final ArrayDeque<Watch> due = new ArrayDeque<>();
    private RouteView view;

    public RouteWatches(Ranking ranking, RouteView view) {
        this.ranking = ranking;
        this.view = view;
    }

    /** A follower of one answer. */
    public static final class Watch {
        private final ResolveRequest request;
        private final String client;
        private final Consumer<RouteTable> onChange;
        private String current;
        private @Nullable List<Object> told;

        private Watch(ResolveRequest request, String client, Consumer<RouteTable> onChange) {
            this.request = request;
            this.client = client;
            this.onChange = onChange;
            this.current = request.getCurrentRegion();
        }
    }

    /** A watch, not yet followed. */
    public static Watch watch(ResolveRequest request, String client, Consumer<RouteTable> onChange) {
        return new Watch(request, client, onChange);
    }

    /** Begins to follow; the first answer is given at once. Returns false, and does nothing, when there are too many. */
    public boolean add(Watch watch) {
        if (watches.size() >= WATCHERS_MAX) {
            return false;
        }
        watches.add(watch);
        tell(watch);
        return true;
    }

    /** Ends the following. */
    public void remove(Watch watch) {
        watches.remove(watch);
    }

    /** How many follow. */
    public int size() {
        return watches.size();
    }

    /** Takes a new view; watchers learn of it with {@link #advance}. */
    public void view(RouteView newView) {
        view = newView;
        due.clear();
        due.addAll(watches);
    }

    /** Tells up to so many watchers; returns whether more are due. */
    public boolean advance(int portion) {
        for (int i = 0; i < portion && !due.isEmpty(); i++) {
            Watch watch = due.poll();
            if (watches.contains(watch)) {
                tell(watch);
            }
        }
        return !due.isEmpty();
    }

    private void tell(Watch watch) {
        RouteTable table = ranking.resolve(view, watch.request, watch.client, watch.current);
        List<Object> key = key(table);
        if (key.equals(watch.told)) {
            return;
        }
        watch.told = key;
        if (table.getRegionsCount() > 0) {
            // From here on the client is taken to be where it was sent: the next answer keeps it there.
            watch.current = table.getRegions(0).getRegion();
        }
        try {
            watch.onChange.accept(table);
        } catch (RuntimeException broken) {
            log.warn("watcher {} failed and is dropped", watch.client, broken);
            watches.remove(watch);
        }
    }

    private static List<Object> key(RouteTable table) {
        List<Object> key = new ArrayList<>();
        for (RegionRoute region : table.getRegionsList()) {
            key.add(region.getRegion());
            key.add(region.getHealth());
            Set<String> nodes = new TreeSet<>();
            region.getNodesList().forEach(n -> nodes.add(n.getNode() + " " + n.getEndpoint() + " " + n.getDraining()));
            key.add(nodes);
        }
        return key;
    }
}
