package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.Receipt;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PowerBackTest {

    private static final long MILLI = 1_000_000;

    private final History history = new History();
    private final int probe = history.addClient(new Client("probe", "us"));
    private final int bulk = history.addClient(new Client("bulk", "us"));

    @Test
    void countsFromTheStartToTheFirstReceiptAndToOneOnEachProbedChannel() {
        receipt(probe, "default:one", 900);
        receipt(bulk, "default:load", 1_200);
        receipt(probe, "default:one", 1_500);
        receipt(probe, "default:two", 1_900);
        receipt(probe, "default:one", 2_500);

        PowerBack back = PowerBack.of(on(1_000), history);

        assertEquals(200, back.firstReceipt());
        assertEquals(900, back.lastFirstReceipt());
        assertTrue(back.isWithin(200));
        assertFalse(back.isWithin(199));
    }

    @Test
    void saysWhenNothingCameBack() {
        receipt(probe, "default:one", 900);

        PowerBack back = PowerBack.of(on(1_000), history);

        assertEquals(-1, back.firstReceipt());
        assertFalse(back.isWithin(60_000));
    }

    private static PowerOn on(long millis) {
        return new PowerOn(FaultKind.BLACKOUT, 5, millis * MILLI, (millis + 50) * MILLI, 0, List.of());
    }

    private void receipt(int client, String channel, long millis) {
        int id = history.invoked(client, history.channel(channel), (millis - 10) * MILLI);
        history.acknowledged(id, new Receipt(1, id + 1, id + 1, Instant.EPOCH, false), millis * MILLI);
    }
}
