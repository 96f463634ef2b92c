package dev.skein.server.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.server.locate.ShardMap;
import org.junit.jupiter.api.Test;

class KnownChannelsTest {

    private final KnownChannels channels = new KnownChannels(shards(), 2);

    @Test
    void remembersANameAsItWasWritten() {
        KnownChannel room = channels.find("room");
        assertNotNull(room);
        assertEquals("default:room", room.full);
        assertSame(room, channels.find("room"));
    }

    @Test
    void forgetsWhatNobodyAskedForInTwoGenerations() {
        KnownChannel used = channels.find("used");
        KnownChannel unused = channels.find("unused");
        for (int i = 0; i < 4; i++) {
            channels.find("other" + i);
            assertSame(used, channels.find("used"));
        }
        assertNotSame(unused, channels.find("unused"));
    }

    @Test
    void remembersNoNameWithoutANamespace() {
        assertNull(channels.find("nowhere:room"));
        assertThrows(IllegalArgumentException.class, () -> channels.find(""));
    }

    private static ShardMap shards() {
        ShardMap map = new ShardMap();
        map.update(ControlState.newBuilder()
                .setVersion(1)
                .addNamespaces(Namespace.newBuilder()
                        .setSpec(NamespaceSpec.newBuilder().setName("default").setShards(4)))
                .build());
        return map;
    }
}
