package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.replication.group.ShardLog.Acknowledged;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What other nodes acknowledged to leaders here, for when one of them comes back with less. Told is only what a node lived with for a while
 * afterwards: Raft's word for a follower is also what that has in memory, and a node whose disk stands still ends itself before this while is
 * over. Thread-safe.
 */
final class AcknowledgementMemory {

    /** Longer than a disk may stand still before its node ends. */
    static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(6);

    private record Key(NodeId node, String group) {}

    /** The latest look, and the one before it. */
    private record Looks(long nanos, Acknowledged latest, Optional<Acknowledged> settled) {}

    private final Map<Key, Looks> known = new HashMap<>();

    /** A leader here has this acknowledgement of a node that is alive at this moment. */
    synchronized void saw(NodeId node, String group, Acknowledged now, long nanos) {
        Key key = new Key(node, group);
        Looks looks = known.get(key);
        if (looks == null || looks.latest().incarnation() != now.incarnation()) {
            known.put(key, new Looks(nanos, now, Optional.empty()));
        } else if (nanos - looks.nanos() >= SETTLED_NANOS) {
            known.put(key, new Looks(nanos, now, Optional.of(looks.latest())));
        }
    }

    /** What a node certainly has on stable storage, by group. */
    synchronized Map<String, Acknowledged> of(NodeId node) {
        Map<String, Acknowledged> found = new HashMap<>();
        known.forEach((key, looks) -> {
            if (key.node().equals(node)) {
                looks.settled().ifPresent(settled -> found.put(key.group(), settled));
            }
        });
        return found;
    }

    /** Forgets groups that aren't here any more. */
    synchronized void keep(Predicate<String> groups) {
        Iterator<Key> keys = known.keySet().iterator();
        while (keys.hasNext()) {
            if (!groups.test(keys.next().group())) {
                keys.remove();
            }
        }
    }
}
