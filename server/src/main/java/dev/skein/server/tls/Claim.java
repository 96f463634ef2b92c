package dev.skein.server.tls;

import dev.skein.core.Checks;
import dev.skein.core.tls.PeerIdentity;
import dev.skein.proto.replication.v1.ControlCommand;
import java.util.Optional;

/**
 * What a message says of its sender.
 *
 * @param field where it says so
 * @param node who the sender says it is
 * @param region where; empty: not said
 */
record Claim(String field, String node, String region) {

    static Claim node(String field, String node) {
        return new Claim(field, node, "");
    }

    /** A node registers and drains nobody but itself; what else a command does is no matter of identity. */
    static Optional<Claim> of(ControlCommand command) {
        return switch (command.getCommandCase()) {
            case REGISTER_NODE -> {
                var record = command.getRegisterNode().getNode();
                yield Optional.of(new Claim("register_node", record.getNode(), record.getRegion()));
            }
            default -> Optional.empty();
        };
    }

    /** Empty when the sender is who it says. */
    Optional<String> problem(PeerIdentity sender) {
        if (!node.equals(sender.name())) {
            return Optional.of(Checks.text(field, node, sender.name() + ", as in the certificate"));
        }
        return region.isEmpty() || region.equals(sender.region())
                ? Optional.empty()
                : Optional.of(Checks.text("region of " + field, region, sender.region() + ", as in the certificate"));
    }
}
