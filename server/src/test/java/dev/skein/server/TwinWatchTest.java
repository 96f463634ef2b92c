package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.router.gossip.DuplicateNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TwinWatchTest {

    private final List<StartException> refused = new ArrayList<>();
    private final TwinWatch watch = new TwinWatch(refused::add);

    @Test
    void theNewerProcessMustStop() {
        watch.accept(new DuplicateNode("us-a", "127.0.0.1:7101", 5, true));

        assertEquals(ExitCode.BAD_CONFIGURATION, refused.get(0).exitCode());
        assertEquals(
                "node.id: us-a (expected: a name of its own; the live process at 127.0.0.1:7101 has it too)",
                refused.get(0).getMessage());
    }

    @Test
    void anAddressThatIsNotKnownIsNotToldAsOne() {
        watch.accept(new DuplicateNode("us-a", "", 0, true));

        assertEquals(
                "node.id: us-a (expected: a name of its own; another live process has it too)",
                refused.get(0).getMessage());
    }

    @Test
    void theOlderProcessGoesOn() {
        watch.accept(new DuplicateNode("us-a", "127.0.0.1:7101", 5, false));

        assertEquals(List.of(), refused);
    }
}
