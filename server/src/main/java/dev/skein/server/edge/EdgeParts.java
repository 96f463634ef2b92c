package dev.skein.server.edge;

import dev.skein.core.TimeSource;
import dev.skein.server.access.AccessControl;
import dev.skein.server.fanout.Fanout;
import dev.skein.server.locate.PeerChannels;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loops;
import dev.skein.server.presence.PresenceDesk;
import dev.skein.server.publish.Publisher;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * What every session of the edge needs. Thread-safe.
 *
 * @param node this node's name, by which others find a session's connection
 * @param door the way from other nodes to its sessions
 * @param peers the way to other nodes
 * @param access who may come in; empty: everybody
 * @param publishing to publish
 * @param fanout to subscribe and to read
 * @param presence who of its clients is in which channels
 * @param shards which there are
 * @param loops the event loops of the connections
 * @param time the clocks
 * @param random spreads pings
 * @param sessionsMax sessions of the node
 * @param open what lives now
 * @param emulated those whose commands come by other connections, by their secrets
 * @param pushes messages as each codec writes them
 * @param audience who is connected, and what is followed
 */
public record EdgeParts(
        String node,
        EdgeDoor door,
        PeerChannels peers,
        Optional<AccessControl> access,
        Publisher.Parts publishing,
        Fanout fanout,
        PresenceDesk presence,
        ShardMap shards,
        Loops loops,
        TimeSource time,
        RandomGenerator random,
        int sessionsMax,
        Set<Live> open,
        Map<String, EdgeSession> emulated,
        Map<Codec, Pushes> pushes,
        Audience audience) {

    /** What the gateway says its version is. */
    static final String VERSION = "skein";

    static final JsonCodec JSON = new JsonCodec();
    static final Codec PROTOBUF = new ProtobufCodec();
    static final Codec PUSHES = new PushCodec(JSON);

    /** The parts of a gateway without sessions. */
    public EdgeParts(
            String node,
            EdgeDoor door,
            PeerChannels peers,
            Optional<AccessControl> access,
            Publisher.Parts publishing,
            Fanout fanout,
            PresenceDesk presence,
            ShardMap shards,
            Loops loops,
            TimeSource time,
            RandomGenerator random,
            int sessionsMax) {
        this(
                node,
                door,
                peers,
                access,
                publishing,
                fanout,
                presence,
                shards,
                loops,
                time,
                random,
                sessionsMax,
                ConcurrentHashMap.newKeySet(),
                new ConcurrentHashMap<>(),
                Map.of(JSON, new Pushes(JSON), PROTOBUF, new Pushes(PROTOBUF), PUSHES, new Pushes(PUSHES)),
                new Audience());
    }

    private static final Map<Codec, MemberPushes> MEMBERS =
            Map.of(JSON, new MemberPushes(JSON), PROTOBUF, new MemberPushes(PROTOBUF));

    /** Who comes and goes, as a codec writes it. */
    MemberPushes memberPushes(Codec codec) {
        return Objects.requireNonNull(MEMBERS.get(codec));
    }

    Pushes pushes(Codec codec) {
        return pushes.get(codec);
    }

    void began(EdgeSession session) {
        open.add(session);
        if (session.isEmulated()) {
            emulated.put(session.secret(), session);
        }
    }

    void began(Feed feed) {
        open.add(feed);
    }

    void ended(Live live) {
        open.remove(live);
        emulated.remove(live.secret());
    }
}
