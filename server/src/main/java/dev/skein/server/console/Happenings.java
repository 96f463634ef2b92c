package dev.skein.server.console;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has changed from one look to the next, as people say it. Used by one thread. */
final class Happenings {

    private static final int KEPT = 200;
    private static final String NOBODY = "nobody";

    private final ArrayDeque<Happening> happenings = new ArrayDeque<>();
    private Map<String, NodeStatus> nodes = Map.of();
    private Map<String, String> leaders = Map.of();
    private Map<String, NamespaceStatus> namespaces = Map.of();
    private boolean begun;

    /**
     * Something that happened.
     *
     * @param timeMs wall clock
     * @param kind {@code node}, {@code drain}, {@code leader} or {@code goal}
     * @param good whether it is welcome
     */
    record Happening(long timeMs, String kind, boolean good, String text) {}

    /** Compares with what was seen before; the first look only sees. */
    void look(long nowMs, StatusResponse status) {
        Map<String, NodeStatus> presentNodes = new TreeMap<>();
        status.getNodesList().forEach(node -> presentNodes.put(node.getNode(), node));
        Map<String, NamespaceStatus> presentNamespaces = new TreeMap<>();
        status.getNamespacesList().forEach(each -> presentNamespaces.put(each.getName(), each));
        Map<String, String> presentLeaders = leaders(status);
        if (begun) {
            presentNodes.values().forEach(node -> compare(nowMs, nodes.get(node.getNode()), node));
            compareLeaders(nowMs, presentLeaders);
            presentNamespaces.values().forEach(each -> compare(nowMs, namespaces.get(each.getName()), each));
        }
        begun = true;
        nodes = presentNodes;
        namespaces = presentNamespaces;
        leaders = presentLeaders;
    }

    List<Happening> newestFirst() {
        return List.copyOf(happenings);
    }

    private void add(long nowMs, String kind, boolean good, String text) {
        if (happenings.size() == KEPT) {
            happenings.removeLast();
        }
        happenings.addFirst(new Happening(nowMs, kind, good, text));
    }

    private void compare(long nowMs, NodeStatus before, NodeStatus now) {
        String name = now.getNode() + " (" + now.getRegion() + ")";
        String stateBefore = before == null ? "unknown" : before.getState();
        if (!stateBefore.equals(now.getState())) {
            add(nowMs, "node", now.getState().equals("alive"), name + " is " + now.getState());
        }
        boolean drainedBefore = before != null && before.getDraining();
        if (drainedBefore != now.getDraining()) {
            add(nowMs, "drain", !now.getDraining(), name + (now.getDraining() ? " drains" : " takes clients again"));
        }
        if (before != null && !before.getDisk().equals(now.getDisk())) {
            boolean well = now.getDisk().isEmpty();
            add(nowMs, "node", well, name + (well ? ": its disk is well again" : ": " + now.getDisk()));
        }
    }

    private void compare(long nowMs, NamespaceStatus before, NamespaceStatus now) {
        if (before == null) {
            add(nowMs, "goal", true, now.getName() + " is there, with " + now.getShards() + " shards");
        } else if (before.getGoalMet() != now.getGoalMet()) {
            add(
                    nowMs,
                    "goal",
                    now.getGoalMet(),
                    now.getName() + (now.getGoalMet() ? " meets its goal again" : ": " + now.getGoalText()));
        }
    }

    /** Shards of a namespace that went the same way are one thing. */
    private void compareLeaders(long nowMs, Map<String, String> present) {
        Map<List<String>, List<String>> moves = new HashMap<>();
        present.forEach((group, leader) -> {
            String before = leaders.get(group);
            if (before != null && !before.equals(leader)) {
                String namespace = group.substring(0, group.indexOf('/'));
                moves.computeIfAbsent(List.of(namespace, before, leader), way -> new ArrayList<>())
                        .add(group);
            }
        });
        moves.forEach((way, groups) -> {
            String what = groups.size() == 1 ? "shard " + groups.get(0) : groups.size() + " shards of " + way.get(0);
            add(nowMs, "leader", !way.get(2).equals(NOBODY), what + ": " + way.get(1) + " → " + way.get(2));
        });
    }

    private static Map<String, String> leaders(StatusResponse status) {
        Map<String, String> leaders = new TreeMap<>();
        for (NamespaceStatus namespace : status.getNamespacesList()) {
            for (ShardStatus shard : namespace.getShardStatusList()) {
                String leader = shard.getLeader().isEmpty() ? NOBODY : shard.getLeader();
                leaders.put(namespace.getName() + "/" + shard.getShard(), leader);
            }
        }
        return leaders;
    }
}
