package dev.skein.systemtests.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.client.Receipt;
import dev.skein.systemtests.drill.Round;
import dev.skein.systemtests.history.Attachment;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Sighting;
import dev.skein.systemtests.history.Source;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GapsTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final long MILLI = 1_000_000;

    private final History history = new History();
    private final int led = history.channel("default:drill.probe/0");
    private final int elsewhere = history.channel("home-eu:drill.probe/0");
    private final int usProbe = history.addClient(new Client("probe", "us"));
    private final int euProbe = history.addClient(new Client("probe", "eu"));
    private final int euChat = history.addClient(new Client("chat", "eu"));
    private final int euSubscriber = history.addSource(new Source(Source.Kind.SUBSCRIBER, "eu"));

    /** us is lost at 1,000 ms, back at 5,000 ms, whole at 8,000 ms. */
    private final Round round =
            new Round(1, "us", 2, 4, Set.of(led), 1_000 * MILLI, 2_500 * MILLI, 5_000 * MILLI, 8_000 * MILLI);

    @Test
    void takesTheLongestStandstillThatTouchesTheOutage() {
        receipts(euProbe, led, 100, 900, 2_400, 2_500, 5_400, 9_000);

        assertSpread(2_900, gaps().publish().get("eu"));
        assertSpread(2_900, gaps().survivingPublish());
        assertEquals(0, gaps().lostPublish().count());
    }

    @Test
    void leavesOutStandstillsBeforeAndAfter() {
        receipts(euProbe, led, 0, 950, 1_050, 4_950, 5_050, 9_000);

        assertSpread(3_900, gaps().publish().get("eu"));
    }

    @Test
    void keepsTheLostRegionsOwnClientsApart() {
        receipts(usProbe, led, 900, 3_900, 5_100);
        receipts(euProbe, led, 900, 1_900, 2_000, 4_000);

        assertSpread(3_000, gaps().lostPublish());
        assertSpread(2_000, gaps().survivingPublish());
        assertSpread(3_000, gaps().publish().get("us"));
    }

    @Test
    void keepsChannelsLedElsewhereApart() {
        receipts(euProbe, elsewhere, 900, 1_050, 1_150, 4_900, 5_000);

        assertSpread(3_750, gaps().elsewhere());
        assertEquals(0, gaps().survivingPublish().count());
    }

    @Test
    void measuresTheWayBackByItself() {
        receipts(euProbe, led, 900, 1_100, 5_100, 5_200, 6_900, 7_000);

        assertSpread(1_700, gaps().comingBack());
    }

    @Test
    void countsOnlyProbesAsSteadyTraffic() {
        receipts(euChat, led, 900, 4_000);

        assertEquals(0, gaps().survivingPublish().count());
    }

    @Test
    void measuresDeliveriesOfAnybodysProbes() {
        for (long at : new long[] {900, 3_000, 4_500}) {
            history.sighted(new Sighting(euSubscriber, led, 1, at, at, 0, 0, 0, at * MILLI));
        }

        assertSpread(2_100, gaps().delivery().get("eu"));
    }

    @Test
    void measuresHowLongClientsOfTheLostRegionAreNowhere() {
        attachment(usProbe, "us", 10);
        attachment(usProbe, "", 1_300);
        attachment(usProbe, "eu", 1_750);
        attachment(euProbe, "eu", 10);

        assertSpread(750, gaps().reattach());
        assertEquals(0, gaps().strayed());
    }

    @Test
    void countsClientsThatFindNothing() {
        attachment(usProbe, "us", 10);
        attachment(usProbe, "us", 8_500);

        assertEquals(1, gaps().strayed());
        assertEquals(0, gaps().reattach().count());
    }

    private Gaps gaps() {
        return Gaps.of(history, List.of(round), REGIONS);
    }

    private void receipts(int client, int channel, long... millis) {
        for (long at : millis) {
            int id = history.invoked(client, channel, at * MILLI);
            history.acknowledged(id, new Receipt(1, id + 1, id + 1, Instant.EPOCH, false), at * MILLI);
        }
    }

    private void attachment(int client, String region, long millis) {
        history.attached(new Attachment(client, region, millis * MILLI));
    }

    private static void assertSpread(double millis, @Nullable Spread spread) {
        assertEquals(new Spread(1, millis, millis, millis), spread);
    }
}
