package dev.skein.replication.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.testing.History;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;

/**
 * Follows one channel on one replica through everything that happens to that: reads what it missed, then hears the rest. Whatever it
 * gets is the next serial, or behind a gap that retention made.
 */
final class SimulatedFollower implements TailListener {

    private final String channel;
    private final SimulatedReplica replica;
    private final History history;
    private long next = 1;
    private long liveFrom = Long.MAX_VALUE;
    private int following;

    SimulatedFollower(String channel, SimulatedReplica replica, History history) {
        this.channel = channel;
        this.replica = replica;
        this.history = history;
    }

    /** Begins, or begins again after the replica's new start. */
    void follow() {
        int mine = ++following;
        try {
            liveFrom = replica.shard().follow(channel, only(mine)).start().lastSerial() + 1;
            readTo(liveFrom);
        } catch (ReplicationException notNow) {
            replica.later(100_000_000, () -> {
                if (mine == following) {
                    follow();
                }
            });
        }
    }

    SimulatedReplica replica() {
        return replica;
    }

    String channel() {
        return channel;
    }

    long next() {
        return next;
    }

    @Override
    public void appended(TailBatch batch) {
        for (TailMessage message : batch.messages()) {
            History.check(
                    message.serial() == liveFrom, () -> channel + ": " + message.serial() + " after " + (liveFrom - 1));
            liveFrom++;
            saw(message);
            next = Math.max(next, liveFrom);
        }
    }

    @Override
    public void lost() {
        replica.later(50_000_000, this::follow);
    }

    private void saw(TailMessage message) {
        try {
            StoredMessage stored = StoredMessage.parseFrom(message.encoded());
            history.message(
                    channel, message.serial(), stored.getBody().getPayload().toStringUtf8());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void readTo(long end) {
        while (next < end) {
            ChannelPage page = replica.shard().read(ChannelQuery.forward(channel, next, 7, 1 << 20));
            long before = next;
            next = Math.max(next, page.extent().firstSerial());
            for (TailMessage message : page.messages()) {
                History.check(message.serial() == next, () -> channel + ": read " + message.serial() + " for " + next);
                saw(message);
                next++;
            }
            History.check(next > before, () -> channel + ": nothing to read at " + next + " of " + end);
        }
    }

    /** What an earlier following may still say is not for this one. */
    private TailListener only(int which) {
        return new TailListener() {
            @Override
            public void appended(TailBatch batch) {
                if (which == following) {
                    SimulatedFollower.this.appended(batch);
                }
            }

            @Override
            public void lost() {
                if (which == following) {
                    SimulatedFollower.this.lost();
                }
            }
        };
    }
}
