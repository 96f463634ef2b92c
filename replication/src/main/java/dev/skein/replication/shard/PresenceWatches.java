package dev.skein.replication.shard;

import dev.skein.replication.presence.PresenceEvent;
import dev.skein.replication.presence.ShardPresence.Listener;
import dev.skein.replication.presence.ShardPresence.Watch;
import dev.skein.replication.shard.PresenceTable.ChannelEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears of comings and goings, by channel. Thread-safe; listeners are called by the apply thread only. */
final class PresenceWatches {

    private static final Logger LOG = LoggerFactory.getLogger(PresenceWatches.class);

    private final Map<String, List<Watching>> byChannel = new ConcurrentHashMap<>();

    Watch add(String channel, Listener listener) {
        Watching watching = new Watching(channel, listener);
        byChannel.merge(channel, List.of(watching), (some, more) -> {
            List<Watching> all = new ArrayList<>(some);
            all.addAll(more);
            return List.copyOf(all);
        });
        return watching;
    }

    void tell(List<ChannelEvent> events) {
        if (events.isEmpty() || byChannel.isEmpty()) {
            return;
        }
        Map<String, List<PresenceEvent>> heard = new LinkedHashMap<>();
        for (ChannelEvent each : events) {
            if (byChannel.containsKey(each.channel())) {
                heard.computeIfAbsent(each.channel(), channel -> new ArrayList<>())
                        .add(each.event());
            }
        }
        heard.forEach((channel, all) -> {
            List<PresenceEvent> told = List.copyOf(all);
            byChannel.getOrDefault(channel, List.of()).forEach(watching -> watching.tell(told));
        });
    }

    void loseAll() {
        List<Watching> all = byChannel.values().stream().flatMap(List::stream).toList();
        byChannel.clear();
        all.forEach(Watching::lost);
    }

    private void remove(Watching gone) {
        byChannel.computeIfPresent(gone.channel, (channel, all) -> {
            List<Watching> rest = all.stream().filter(other -> other != gone).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** A listener that fails is told that it lost track and is left out from then on: it must not stop the shard. */
    private final class Watching implements Watch {

        private final String channel;
        private final Listener listener;
        private volatile boolean closed;

        Watching(String channel, Listener listener) {
            this.channel = channel;
            this.listener = listener;
        }

        void tell(List<PresenceEvent> events) {
            if (closed) {
                return;
            }
            try {
                listener.changed(events);
            } catch (RuntimeException e) {
                LOG.warn("watcher of who is in {} failed and was dropped", channel, e);
                lost();
            }
        }

        void lost() {
            if (closed) {
                return;
            }
            close();
            try {
                listener.lost();
            } catch (RuntimeException e) {
                LOG.warn("watcher of who is in {} failed when told it lost track", channel, e);
            }
        }

        @Override
        public void close() {
            closed = true;
            remove(this);
        }
    }
}
