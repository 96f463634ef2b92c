package dev.skein.systemtests.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.systemtests.launch.NamespacePlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HomesTest {

    private final Homes homes = new Homes(List.of("us", "eu", "ap"), 24);

    @Test
    void givesTheFirstRegionHalfOfTheShards() {
        assertEquals(
                List.of("default us 12", "home-eu eu 6", "home-ap ap 6"),
                homes.namespaces().stream()
                        .map(it -> it.name() + " " + it.homeRegion() + " " + it.shards())
                        .toList());
        assertEquals(24, homes.shards());
    }

    @Test
    void keepsTheSumWhenTheShardsDoNotDivide() {
        assertEquals(7, new Homes(List.of("us", "eu", "ap"), 7).shards());
    }

    @Test
    void spreadsRoomsOverAllNamespaces() {
        Set<String> namespaces = IntStream.range(0, 100)
                .mapToObj(i -> homes.of(homes.channelOf("room-" + i)).name())
                .collect(Collectors.toSet());

        assertEquals(homes.namespaces().stream().map(NamespacePlan::name).collect(Collectors.toSet()), namespaces);
    }

    @Test
    void probesLieInDifferentShardsOfEveryHome() {
        List<String> channels = homes.probeChannels();

        Set<Long> shards = channels.stream().map(homes::shardKey).collect(Collectors.toCollection(HashSet::new));
        assertEquals(5, channels.size());
        assertEquals(channels.size(), shards.size());
        assertTrue(channels.contains("home-ap:drill.probe/0"));
    }

    @Test
    void retriesTouchEveryShardOfTheFirstHome() {
        assertEquals(
                IntStream.range(0, 12).boxed().collect(Collectors.toSet()),
                homes.retryChannels().stream().map(homes::shardOf).collect(Collectors.toSet()));
    }

    @Test
    void refusesAChannelOfAnotherNamespace() {
        assertThrows(IllegalArgumentException.class, () -> homes.of("other:room"));
    }
}
