package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.NodeRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A started cluster over regions.
 *
 * @param wan the emulator's process
 * @param nodes one of each region
 */
record RunningSkeinRegions(RunningSkein cluster, ServerProcess wan, List<NodeRecord> nodes) implements RunningRegions {

    @Override
    public List<String> regions() {
        return SkeinRegionsTarget.REGIONS;
    }

    @Override
    public TargetClient connectIn(String region, int inFlightMax) {
        return cluster.connectTo(node(region).client(), inFlightMax);
    }

    @Override
    public ServerProcess serverIn(String region) {
        return servers().stream()
                .filter(server -> server.name().equals(node(region).id()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public EdgeFleet connectFleet(String region, List<String> channels) throws IOException {
        List<String> addresses = new ArrayList<>(List.of(node(region).edge()));
        nodes.stream()
                .filter(node -> !node.region().equals(region))
                .map(NodeRecord::edge)
                .forEach(addresses::add);
        return new EdgeFleet(
                addresses,
                channels.stream()
                        .map(channel -> SkeinTarget.NAMESPACE + ":" + channel)
                        .toList());
    }

    @Override
    public long rttNanos(String from, String to) {
        int millis =
                SkeinRegionsTarget.rttMillis(regions().indexOf(from), regions().indexOf(to));
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public void awaitHome() throws IOException {
        cluster.awaitLeaders(node(regions().get(0)).id()::equals);
    }

    private NodeRecord node(String region) {
        return nodes.stream()
                .filter(node -> node.region().equals(region))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public List<ServerProcess> servers() {
        return cluster.servers();
    }

    @Override
    public TargetClient connect(Aim aim, int inFlightMax) {
        return connectIn(regions().get(0), inFlightMax);
    }

    @Override
    public ServerProcess leaderOf(String channel) throws IOException {
        return cluster.leaderOf(channel);
    }

    @Override
    public void awaitWhole() throws IOException {
        cluster.awaitWhole();
    }

    @Override
    public void close() {
        cluster.close();
        wan.stop();
    }
}
