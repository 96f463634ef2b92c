package dev.skein.router.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as routing sees it; immutable.
 *
 * @param clusterId empty while unknown
 * @param self the answering node
 * @param ownRegion where it is
 * @param version grows with each change of {@link #shape()}
 * @param regions sorted by name
 * @param rtts between regions
 */
public record RouteView(
        String clusterId, String self, String ownRegion, long version, List<RegionView> regions, RttMap rtts) {

    public RouteView {
        regions = List.copyOf(regions);
    }

    /** Before anything is known. */
    public static RouteView empty(String self, String ownRegion) {
        return new RouteView("", self, ownRegion, 0, List.of(), RttMap.EMPTY);
    }

    Optional<RegionView> region(String name) {
        return regions.stream().filter(r -> r.region().equals(name)).findFirst();
    }

    /** What makes a difference to clients, without figures that move all the time. */
    List<Object> shape() {
        List<Object> shape = new ArrayList<>();
        shape.add(clusterId);
        for (RegionView region : regions) {
            shape.add(region.region());
            shape.add(region.health());
            for (NodeView node : region.nodes()) {
                shape.add(node.node());
                shape.add(node.endpoint());
                shape.add(node.standing());
            }
        }
        return shape;
    }
}
