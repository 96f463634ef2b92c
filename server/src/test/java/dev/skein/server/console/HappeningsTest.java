package dev.skein.server.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.server.console.Happenings.Happening;
import java.util.List;
import org.junit.jupiter.api.Test;

class HappeningsTest {

    private final Happenings happenings = new Happenings();

    @Test
    void theFirstLookOnlySees() {
        look(status("alive", "us-a", "us-a"));
        assertEquals(List.of(), texts());
    }

    @Test
    void shardsThatGoTheSameWayAreOneThing() {
        look(status("alive", "us-a", "us-a", "eu-a"));
        look(status("alive", "eu-a", "eu-a", "us-a"));
        assertEquals(
                List.of("2 shards of chat: us-a → eu-a", "shard chat/2: eu-a → us-a"),
                texts().stream().sorted().toList());
    }

    @Test
    void aShardWithoutALeaderIsNoGoodNews() {
        look(status("alive", "us-a"));
        look(status("alive", ""));
        look(status("alive", "eu-a"));
        assertEquals(List.of("shard chat/0: nobody → eu-a", "shard chat/0: us-a → nobody"), texts());
        assertEquals(
                List.of(true, false),
                happenings.newestFirst().stream().map(Happening::good).toList());
    }

    @Test
    void nodesComeGoAndDrain() {
        look(status("alive", "us-a"));
        look(status("suspect", "us-a"));
        look(status("dead", "us-a"));
        look(status("alive", "us-a").toBuilder()
                .setNodes(0, node("alive").setDraining(true))
                .build());
        look(status("alive", "us-a"));
        assertEquals(
                List.of(
                        "us-a (us) takes clients again",
                        "us-a (us) drains",
                        "us-a (us) is alive",
                        "us-a (us) is dead",
                        "us-a (us) is suspect"),
                texts());
    }

    @Test
    void goalsThatAreMissedAndMetAgain() {
        look(goal(true, ""));
        look(goal(false, "would not survive losing eu now"));
        look(goal(true, ""));
        assertEquals(List.of("chat meets its goal again", "chat: would not survive losing eu now"), texts());
    }

    @Test
    void onlySoManyAreKept() {
        for (int i = 0; i < 500; i++) {
            look(status(i % 2 == 0 ? "alive" : "suspect", "us-a"));
        }
        assertEquals(200, happenings.newestFirst().size());
        assertEquals("us-a (us) is suspect", texts().get(0));
    }

    private void look(StatusResponse status) {
        happenings.look(0, status);
    }

    private List<String> texts() {
        return happenings.newestFirst().stream().map(Happening::text).toList();
    }

    private static NodeStatus.Builder node(String state) {
        return NodeStatus.newBuilder().setNode("us-a").setRegion("us").setState(state);
    }

    private static StatusResponse status(String state, String... leaders) {
        NamespaceStatus.Builder namespace =
                NamespaceStatus.newBuilder().setName("chat").setGoalMet(true);
        for (int shard = 0; shard < leaders.length; shard++) {
            namespace.addShardStatus(ShardStatus.newBuilder().setShard(shard).setLeader(leaders[shard]));
        }
        return StatusResponse.newBuilder()
                .addNodes(node(state))
                .addNamespaces(namespace)
                .build();
    }

    private static StatusResponse goal(boolean met, String text) {
        return StatusResponse.newBuilder()
                .addNamespaces(NamespaceStatus.newBuilder()
                        .setName("chat")
                        .setGoalMet(met)
                        .setGoalText(text))
                .build();
    }
}
