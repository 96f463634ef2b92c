package dev.skein.server.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.core.testing.History;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.TailMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Four regions of one node each, three of which hold the shard, and clients that wander between them, by one seed. First trouble, then
 * peace, in which everything must come to its end.
 */
final class SimulatedWorld {

    static final List<String> CHANNELS = List.of("default:room", "default:hall");

    private static final int MESSAGES_MAX = 1_000;
    private static final int NODES = 4;
    private static final int REPLICAS = 3;
    private static final long TROUBLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PEACE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private final VirtualTime time = new VirtualTime();
    private final History history = new History();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final Random random;
    private final Defect defect;
    private final SimulatedNetwork network;
    private final SimulatedShard shard;
    private final int troublesMax;
    private boolean peace;
    private int troubles;

    SimulatedWorld(long seed, Defect defect) {
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.defect = defect;
        network = new SimulatedNetwork(time, random);
        shard = new SimulatedShard(time, random, defect);
        troublesMax = 1 + random.nextInt(8);
        ControlState control = control();
        for (int i = 0; i < NODES; i++) {
            NodeId id = new NodeId("n" + i);
            SimulatedReplica replica = i < REPLICAS ? shard.addReplica(id, history) : null;
            nodes.add(new SimulatedNode(id, network, time, random, control, shard, replica));
        }
        electIfNobodyLeads();
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            clients.add(new SimulatedClient(i, this));
        }
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

    SimulatedNetwork network() {
        return network;
    }

    Defect defect() {
        return defect;
    }

    String anyNode() {
        return any().id().value();
    }

    /** Of what is committed. */
    long lastSerial(String channel) {
        return shard.replicas().stream()
                .mapToLong(each -> each.machine().extent(channel).lastSerial())
                .max()
                .orElse(0);
    }

    /** Runs it all and checks what was promised. */
    void run() {
        publishLater();
        troubleLater();
        long peaceAt = time.nanoTime() + TROUBLE_NANOS_MAX / 4 + random.nextInt((int) (TROUBLE_NANOS_MAX * 3 / 4));
        while (time.step(peaceAt)) {}
        makePeace();
        long look = time.nanoTime();
        long end = look + PEACE_NANOS;
        while (!isSettled()) {
            History.check(look < end, () -> "not settled: " + clients + ", committed " + shard.committedIndex());
            look += LOOK_NANOS;
            while (time.step(look)) {}
        }
        shard.replicas().forEach(this::readAll);
        history.checkTold();
    }

    int messages() {
        return history.messages();
    }

    /** What nobody has subscribed to counts as well. */
    private void readAll(SimulatedReplica replica) {
        for (String channel : CHANNELS) {
            ChannelQuery all = ChannelQuery.forward(channel, 1, MESSAGES_MAX, Long.MAX_VALUE);
            replica.read(all).messages().forEach(each -> history.message(channel, each.serial(), text(each)));
        }
    }

    private static String text(TailMessage message) {
        try {
            return StoredMessage.parseFrom(message.encoded())
                    .getBody()
                    .getPayload()
                    .toStringUtf8();
        } catch (InvalidProtocolBufferException damaged) {
            throw new AssertionError(damaged);
        }
    }

    private void publishLater() {
        time.after(5_000_000 + random.nextInt(100_000_000), () -> {
            if (!peace) {
                SimulatedClient client = clients.get(random.nextInt(clients.size()));
                client.publish();
                if (random.nextInt(8) == 0) {
                    client.listenFromNow();
                }
                publishLater();
            }
        });
    }

    private void troubleLater() {
        time.after(50_000_000 + random.nextInt(350_000_000), () -> {
            if (!peace && troubles++ < troublesMax) {
                trouble();
                troubleLater();
            }
        });
    }

    private void trouble() {
        SimulatedClient client = clients.get(random.nextInt(clients.size()));
        SimulatedNode node = any();
        switch (random.nextInt(9)) {
            case 0 -> loseLeader();
            case 1 -> electAnother();
            case 2 -> crash(node);
            case 3 -> standStill(node);
            case 4 -> network.block(node.id().value(), anyNode(), 200 + random.nextInt(4_000));
            case 5 -> network.breakAll(node.id().value());
            case 6 -> client.stopReading(200 + random.nextInt(2_000));
            case 7 -> client.standStill(200 + random.nextInt(3_000));
            default -> client.move();
        }
    }

    private void loseLeader() {
        shard.lead(null);
        time.afterMillis(100 + random.nextInt(800), this::electIfNobodyLeads);
    }

    private void electAnother() {
        List<SimulatedReplica> able = able();
        if (!able.isEmpty()) {
            shard.lead(able.get(random.nextInt(able.size())));
        }
    }

    private void crash(SimulatedNode node) {
        if (node.process().isUp()) {
            leaveLeadership(node);
            node.crash();
            time.afterMillis(200 + random.nextInt(1_500), () -> restart(node));
        }
    }

    private void restart(SimulatedNode node) {
        if (!node.process().isUp()) {
            node.restart();
        }
    }

    private void standStill(SimulatedNode node) {
        leaveLeadership(node);
        Process stands = node.process();
        stands.pause(true);
        time.afterMillis(200 + random.nextInt(2_500), () -> stands.pause(false));
    }

    private void leaveLeadership(SimulatedNode node) {
        if (node.hosted().filter(shard::isLeader).isPresent()) {
            loseLeader();
        }
    }

    private void electIfNobodyLeads() {
        if (shard.leader().isEmpty()) {
            electAnother();
        }
        if (shard.leader().isEmpty()) {
            time.afterMillis(100, this::electIfNobodyLeads);
        }
    }

    private List<SimulatedReplica> able() {
        return nodes.stream()
                .filter(each -> each.process().isUp() && !each.process().isPaused())
                .flatMap(each -> each.hosted().stream())
                .toList();
    }

    private void makePeace() {
        peace = true;
        network.unblockAll();
        nodes.forEach(this::restart);
        nodes.forEach(each -> each.process().pause(false));
        electIfNobodyLeads();
    }

    private boolean isSettled() {
        return clients.stream().allMatch(SimulatedClient::isSettled)
                && shard.replicas().stream().allMatch(each -> each.machine().appliedIndex() == shard.committedIndex());
    }

    private SimulatedNode any() {
        return nodes.get(random.nextInt(NODES));
    }

    private static ControlState control() {
        ControlState.Builder state = ControlState.newBuilder().setVersion(1).setClusterId(SimulatedNode.CLUSTER_ID);
        ShardPlacement.Builder placement = ShardPlacement.newBuilder().setShard(0);
        for (int i = 0; i < NODES; i++) {
            String node = "n" + i;
            state.addNodes(NodeRecord.newBuilder()
                    .setNode(node)
                    .setRegion(node)
                    .setZone("a")
                    .setPeerAddress(node));
            if (i < REPLICAS) {
                placement.addVoters(node);
            }
        }
        NamespaceSpec spec = NamespaceSpec.newBuilder()
                .setName("default")
                .setShards(1)
                .setHomeRegion("n0")
                .build();
        return state.addNamespaces(Namespace.newBuilder().setSpec(spec).addPlacements(placement))
                .build();
    }
}
