package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ROOM;
import static dev.skein.replication.shard.TestShard.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.skein.replication.store.InMemoryShardStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A machine that can't go on stops: it never passes over an entry. */
class BrokenStateTest {

    private final TestShard shard = TestShard.withPolicy(new InMemoryShardStore());

    @Test
    void anEntryThatIsNoneStopsTheMachineForGood() {
        shard.publish(to(ROOM, "before"));
        long next = shard.machine.appliedIndex() + 1;
        shard.log.put(next, ByteString.copyFromUtf8("\uffff is no entry"));

        assertThrows(StateBrokenException.class, () -> shard.applyLogged(next));
        assertThrows(StateBrokenException.class, () -> shard.publish(to(ROOM, "after")));
        assertEquals(next - 1, shard.machine.appliedIndex());
        assertEquals(List.of("before"), shard.texts(ROOM));
    }

    @Test
    void aLogThatLostWhatWasAppliedStopsTheMachine() {
        shard.publish(to(ROOM, "of term 1"));
        long last = shard.machine.appliedIndex();
        shard.term = 2;

        assertThrows(StateBrokenException.class, () -> shard.applyLogged(last));
        assertThrows(StateBrokenException.class, () -> shard.publish(to(ROOM, "after")));
    }
}
