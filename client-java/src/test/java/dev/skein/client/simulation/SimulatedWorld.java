package dev.skein.client.simulation;

import dev.skein.client.internal.core.Dialer;
import dev.skein.client.internal.core.SessionLink;
import dev.skein.core.testing.Pipe;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.client.v1.NodeRoute;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.wire.ChannelHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A client and three regions of two nodes each, by one seed. First trouble, then peace, in which everything must come to its end.
 */
final class SimulatedWorld {

    static final List<String> CHANNELS = List.of("default:room", "default:hall");
    static final int SHARDS = 2;

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final int NODES_PER_REGION = 2;
    private static final long TROUBLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PEACE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final VirtualTime time = new VirtualTime();
    private final History history = new History();
    private final Map<String, ModelNode> nodes = new HashMap<>();
    private final List<String> endpoints = new ArrayList<>();
    private final List<ModelShard> shards = new ArrayList<>();
    private final List<SimulatedStream> streams = new ArrayList<>();
    private final Map<String, Long> blockedUntil = new HashMap<>();
    private final Random random;
    private final Defect defect;
    private final SimulatedClient client;
    private final int troublesMax;
    // One server in twenty leaves its order now and then.
    private final int disorderPercent;
    private boolean peace;
    private int troubles;

    SimulatedWorld(long seed, Defect defect) {
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.defect = defect;
        troublesMax = 1 + random.nextInt(12);
        disorderPercent = random.nextInt(20) == 0 ? 5 : 0;
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new ModelShard(defect));
        }
        for (String region : REGIONS) {
            for (int i = 0; i < NODES_PER_REGION; i++) {
                String endpoint = region + i + ":1";
                endpoints.add(endpoint);
                nodes.put(endpoint, new ModelNode(endpoint, region, this));
            }
        }
        client = new SimulatedClient(this, endpoints.subList(0, 4));
    }

    VirtualTime time() {
        return time;
    }

    Random random() {
        return random;
    }

    History history() {
        return history;
    }

    Defect defect() {
        return defect;
    }

    boolean happens(int percent) {
        return !peace && random.nextInt(100) < percent;
    }

    /** Whether a server errs in what it sends. */
    boolean errs() {
        return happens(disorderPercent);
    }

    ModelShard shardOf(String channel) {
        return shards.get(ChannelHash.shardOf(channel, SHARDS));
    }

    List<String> texts(String channel) {
        return shardOf(channel).channel(channel).stream()
                .map(message -> ModelShard.text(message.getBody()))
                .toList();
    }

    void pumpAll() {
        endpoints.forEach(each -> nodes.get(each).pump());
    }

    SessionLink dial(String endpoint, Dialer.Events events) {
        ModelNode node = nodes.get(endpoint);
        int width = 1_000_000 + random.nextInt(90_000_000);
        Pipe up = new Pipe(time, () -> width + random.nextInt(5_000_000), () -> isBlocked(endpoint));
        Pipe down = new Pipe(time, () -> width + random.nextInt(5_000_000), () -> isBlocked(endpoint));
        SimulatedStream stream = new SimulatedStream(endpoint, events, this::onClient, up, down);
        streams.add(stream);
        stream.open(node);
        return stream;
    }

    private void onClient(Runnable event) {
        time.after(0, () -> client.turn(event));
    }

    private boolean isBlocked(String endpoint) {
        return time.nanoTime() < blockedUntil.getOrDefault(endpoint, 0L);
    }

    /** Runs it all and checks what was promised. */
    void run() {
        client.start();
        publishLater();
        troubleLater();
        long peaceAt = time.nanoTime() + TROUBLE_NANOS_MAX / 4 + random.nextInt((int) (TROUBLE_NANOS_MAX * 3 / 4));
        while (time.step(peaceAt)) {}
        makePeace();
        long look = time.nanoTime();
        long end = look + PEACE_NANOS;
        while (!client.isSettled()) {
            History.check(look < end, () -> "not settled: " + client);
            look += LOOK_NANOS;
            while (time.step(look)) {}
        }
        // What is still on its way arrives.
        while (time.step(look + CALM_NANOS)) {}
        checkEnd();
    }

    private void checkEnd() {
        client.checkEnd();
        Map<String, List<String>> texts = new HashMap<>();
        CHANNELS.forEach(channel -> texts.put(channel, texts(channel)));
        history.check(texts);
        long open = streams.stream().filter(SimulatedStream::isOpen).count();
        History.check(open <= 2, () -> open + " streams are open");
    }

    int told() {
        return history.told();
    }

    private void publishLater() {
        time.after(5_000_000 + random.nextInt(200_000_000), () -> {
            if (!peace) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    client.publish();
                }
                publishLater();
            }
        });
    }

    private void troubleLater() {
        time.after(random.nextInt(350_000_000), () -> {
            if (!peace && troubles++ < troublesMax) {
                trouble();
                troubleLater();
            }
        });
    }

    private void trouble() {
        ModelNode node = nodes.get(endpoints.get(random.nextInt(endpoints.size())));
        switch (random.nextInt(10)) {
            case 0 -> loseNode(node);
            case 1 -> loseRegion(REGIONS.get(random.nextInt(REGIONS.size())));
            case 2 -> blockedUntil.put(node.name(), time.nanoTime() + 1_000_000L * (200 + random.nextInt(4_000)));
            case 3 -> endpoints.forEach(each -> nodes.get(each).breakAll());
            case 4 -> pauseClient();
            case 5 -> client.reattach();
            case 6 -> node.drain();
            case 7 -> node.lag(random.nextInt(6));
            case 8 -> changeRoutes();
            default ->
                endpoints.forEach(each -> blockedUntil.put(each, time.nanoTime() + 1_000_000L * random.nextInt(1_500)));
        }
    }

    private void loseNode(ModelNode node) {
        node.down();
        time.afterMillis(200 + random.nextInt(2_500), node::up);
    }

    private void loseRegion(String region) {
        endpoints.stream()
                .map(nodes::get)
                .filter(each -> each.region().equals(region))
                .forEach(this::loseNode);
    }

    private void pauseClient() {
        client.pause(true);
        time.afterMillis(random.nextInt(3_000), () -> client.pause(false));
    }

    private void changeRoutes() {
        List<String> order = new ArrayList<>(REGIONS);
        Collections.shuffle(order, random);
        RouteTable.Builder table =
                RouteTable.newBuilder().setVersion(++troubles).setSlotMs(random.nextInt(200));
        for (String region : order) {
            RegionRoute.Builder route = table.addRegionsBuilder()
                    .setRegion(region)
                    .setHealth(
                            random.nextInt(4) == 0
                                    ? RegionHealth.REGION_HEALTH_DEAD
                                    : RegionHealth.REGION_HEALTH_HEALTHY);
            endpoints.stream()
                    .filter(each -> each.startsWith(region))
                    .forEach(each ->
                            route.addNodes(NodeRoute.newBuilder().setNode(each).setEndpoint(each)));
        }
        client.routes(table.build());
    }

    private void makePeace() {
        peace = true;
        blockedUntil.clear();
        endpoints.forEach(each -> {
            nodes.get(each).up();
            nodes.get(each).lag(0);
        });
        client.pause(false);
    }
}
