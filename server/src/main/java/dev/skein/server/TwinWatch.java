package dev.skein.server;

import dev.skein.core.Checks;
import dev.skein.router.gossip.DuplicateNode;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of two live processes with one name the older goes on and tells its operator; the newer must stop. Called by the router's thread,
 * again and again while there are two.
 */
final class TwinWatch implements Consumer<DuplicateNode> {

    private static final Logger log = LoggerFactory.getLogger(TwinWatch.class);

    private final Consumer<StartException> refused;
    private long toldIncarnation;

    TwinWatch(Consumer<StartException> refused) {
        this.refused = refused;
    }

    @Override
    public void accept(DuplicateNode twin) {
        if (twin.refused()) {
            refused.accept(new StartException(ExitCode.BAD_CONFIGURATION, text(twin)));
        } else if (twin.otherIncarnation() != toldIncarnation) {
            toldIncarnation = twin.otherIncarnation();
            log.warn("{}; this process goes on", text(twin));
        }
    }

    private static String text(DuplicateNode twin) {
        String other = twin.otherPeerAddress().isEmpty()
                ? "another live process"
                : "the live process at " + twin.otherPeerAddress();
        return Checks.text("node.id", twin.node(), "a name of its own; " + other + " has it too");
    }
}
