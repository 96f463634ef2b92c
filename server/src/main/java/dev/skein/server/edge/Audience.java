package dev.skein.server.edge;

import dev.skein.proto.node.v1.EdgeChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Who is connected to this node's edge and what is followed, for those who ask from outside. Thread-safe. */
final class Audience {

    private final Map<String, Set<EdgeSession>> users = new ConcurrentHashMap<>();

    /** By channel, with its namespace: how many follow it. */
    private final Map<String, Integer> channels = new ConcurrentHashMap<>();

    void arrived(String user, EdgeSession session) {
        users.compute(user, (name, present) -> {
            Set<EdgeSession> sessions = present == null ? ConcurrentHashMap.newKeySet() : present;
            sessions.add(session);
            return sessions;
        });
    }

    void left(String user, EdgeSession session) {
        users.computeIfPresent(user, (name, sessions) -> {
            sessions.remove(session);
            return sessions.isEmpty() ? null : sessions;
        });
    }

    void follows(String channel) {
        channels.merge(channel, 1, Integer::sum);
    }

    void followsNoLonger(String channel) {
        channels.computeIfPresent(channel, (name, count) -> count == 1 ? null : count - 1);
    }

    /** A user's sessions. */
    Set<EdgeSession> of(String user) {
        return users.getOrDefault(user, Set.of());
    }

    /** Sessions that are let in. */
    int sessions() {
        return users.values().stream().mapToInt(Set::size).sum();
    }

    int users() {
        return users.size();
    }

    int channelCount() {
        return channels.size();
    }

    /** Channels that fit a pattern. */
    Stream<EdgeChannel> channels(String pattern) {
        return channels.entrySet().stream()
                .filter(each -> Wildcards.fit(pattern, each.getKey()))
                .map(each -> EdgeChannel.newBuilder()
                        .setName(each.getKey())
                        .setSessions(each.getValue())
                        .build());
    }
}
