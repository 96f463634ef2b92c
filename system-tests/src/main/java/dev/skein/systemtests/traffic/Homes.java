package dev.skein.systemtests.traffic;

import dev.skein.systemtests.launch.NamespacePlan;
import dev.skein.wire.ChannelHash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which namespaces there are and what lives where. The namespace {@code default} is at home in the first region and has half of the
 * shards and rooms; each other region is home of a namespace {@code home-REGION} with its part of the rest. So the first region is the busiest
 * home as long as leaders are at home, and something is led elsewhere when it is lost.
 */
public final class Homes {

    private static final int PROBES_OF_DEFAULT = 3;

    private final Map<String, NamespacePlan> namespaces = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();

    public Homes(List<String> regions, int shards) {
        int elsewhere = regions.size() - 1;
        int part = Math.max(1, shards / 2 / elsewhere);
        add("default", regions.get(0), shards - part * elsewhere);
        for (String region : regions.subList(1, regions.size())) {
            others.add("home-" + region);
            add("home-" + region, region, part);
        }
    }

    private void add(String name, String home, int shards) {
        namespaces.put(name, new NamespacePlan(name, shards, "REGION", home, Map.of()));
    }

    public List<NamespacePlan> namespaces() {
        return List.copyOf(namespaces.values());
    }

    public int shards() {
        return namespaces.values().stream().mapToInt(NamespacePlan::shards).sum();
    }

    /** The channel of a chat room, by a hash of its name. */
    public String channelOf(String room) {
        int hash = Math.floorMod(room.hashCode() * 31, 2 * others.size());
        String namespace = hash < others.size() ? "default" : others.get(hash - others.size());
        return namespace + ":" + room;
    }

    public int shardOf(String channel) {
        return ChannelHash.shardOf(channel, of(channel).shards());
    }

    /** One number for a channel's shard among all shards of all namespaces. */
    public long shardKey(String channel) {
        return (long) of(channel).name().hashCode() << 16 | shardOf(channel);
    }

    public NamespacePlan of(String channel) {
        NamespacePlan namespace = namespaces.get(channel.substring(0, channel.indexOf(':')));
        if (namespace == null) {
            throw new IllegalArgumentException("channel: " + channel + " (expected: one of a namespace of the run)");
        }
        return namespace;
    }

    /** Channels for probes: three of {@code default} and one of each other namespace, in different shards where there are enough. */
    public List<String> probeChannels() {
        List<String> channels = new ArrayList<>();
        for (NamespacePlan namespace : namespaces.values()) {
            int wanted = namespace.name().equals("default") ? PROBES_OF_DEFAULT : 1;
            channels.addAll(spread(namespace, "drill.probe", Math.min(wanted, namespace.shards())));
        }
        return channels;
    }

    /** Channels for forced retries: one in every shard of {@code default}. */
    public List<String> retryChannels() {
        NamespacePlan namespace = namespaces.values().iterator().next();
        return spread(namespace, "drill.retry", namespace.shards());
    }

    /** A channel that is led in the first region, for measuring delivery when little is published. */
    public String sparseChannel() {
        return namespaces.keySet().iterator().next() + ":drill.sparse/0";
    }

    private static List<String> spread(NamespacePlan namespace, String word, int count) {
        List<String> channels = new ArrayList<>();
        Set<Integer> shards = new HashSet<>();
        for (int i = 0; channels.size() < count; i++) {
            String channel = namespace.name() + ":" + word + "/" + i;
            if (shards.add(ChannelHash.shardOf(channel, namespace.shards()))) {
                channels.add(channel);
            }
        }
        return channels;
    }
}
