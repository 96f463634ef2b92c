package dev.skein.server.fanout;

import dev.skein.core.ShardId;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.server.loop.Loop;
import dev.skein.server.loop.Loops;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who comes and goes, for all of this node's subscribers of a channel: one watch of the nearest replica each. When that is lost, another is
 * begun; what happened between isn't told. Thread-safe; a channel's state belongs to its loop.
 */
public final class MemberFeeds {

    private static final long RETRY_MILLIS = 300;

    private final Sources sources;
    private final Loops loops;

    /** By loop, so that only that loop touches it. */
    private final Map<Loop, Map<String, Feed>> feeds = new HashMap<>();

    MemberFeeds(Sources sources, Loops loops) {
        this.sources = sources;
        this.loops = loops;
        loops.all().forEach(loop -> feeds.put(loop, new HashMap<>()));
    }

    /**
     * Tells from now on who comes and goes.
     *
     * @param listener called on the loop
     * @return ends it
     */
    public Runnable watch(ShardId shard, String channel, Loop loop, Consumer<List<PresenceEvent>> listener) {
        Loop home = loops.of(channel.hashCode());
        Map<String, Feed> mine = Objects.requireNonNull(feeds.get(home));
        Watcher watcher = new Watcher(loop, listener);
        home.execute(() -> mine.computeIfAbsent(channel, name -> new Feed(shard, name, home))
                .add(watcher));
        return () -> {
            watcher.closed = true;
            home.execute(() -> {
                Feed feed = mine.get(channel);
                if (feed != null && feed.remove(watcher)) {
                    mine.remove(channel);
                }
            });
        };
    }

    private static final class Watcher {

        private final Loop loop;
        private final Consumer<List<PresenceEvent>> listener;
        private volatile boolean closed;

        Watcher(Loop loop, Consumer<List<PresenceEvent>> listener) {
            this.loop = loop;
            this.listener = listener;
        }

        void tell(List<PresenceEvent> events) {
            loop.execute(() -> {
                if (!closed) {
                    listener.accept(events);
                }
            });
        }
    }

    /** One channel. Owned by its loop. */
    private final class Feed {

        private final ShardId shard;
        private final String channel;
        private final Loop home;
        private final List<Watcher> watchers = new ArrayList<>();
        private ChannelSource.@Nullable Follow upstream;
        private int attempt;
        private boolean ended;

        Feed(ShardId shard, String channel, Loop home) {
            this.shard = shard;
            this.channel = channel;
            this.home = home;
        }

        void add(Watcher watcher) {
            watchers.add(watcher);
            if (watchers.size() == 1) {
                connect();
            }
        }

        /** Whether nobody is left. */
        boolean remove(Watcher watcher) {
            watchers.remove(watcher);
            ended = watchers.isEmpty();
            if (ended && upstream != null) {
                upstream.close();
            }
            return ended;
        }

        private void connect() {
            if (ended) {
                return;
            }
            int mine = ++attempt;
            List<ChannelSource> candidates = sources.of(shard);
            try {
                upstream = candidates.isEmpty()
                        ? null
                        : candidates.get((mine - 1) % candidates.size()).watch(channel, listener(mine));
            } catch (ReplicationException refused) {
                upstream = null;
            }
            if (upstream == null) {
                home.schedule(RETRY_MILLIS, this::connect);
            }
        }

        private ShardPresence.Listener listener(int mine) {
            return new ShardPresence.Listener() {
                @Override
                public void changed(List<PresenceEvent> events) {
                    home.execute(() -> {
                        if (mine == attempt && !ended) {
                            watchers.forEach(watcher -> watcher.tell(events));
                        }
                    });
                }

                @Override
                public void lost() {
                    home.schedule(RETRY_MILLIS, () -> {
                        if (mine == attempt) {
                            connect();
                        }
                    });
                }
            };
        }
    }
}
