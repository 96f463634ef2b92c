package dev.skein.server.tls;

import com.google.protobuf.Message;
import java.util.List;
import java.util.function.Function;

/**
 * What is checked of the calls of one RPC of the peer port.
 *
 * @param open whether a node may call it that isn't a member yet
 * @param requests what the caller says of itself
 * @param responses what the callee says of itself
 */
record PeerRpc(boolean open, Says requests, Says responses) {

    /** What one end's messages claim. */
    interface Says {

        List<Claim> in(Object message);

        /** Nothing about itself. */
        Says NOTHING = message -> List.of();

        /** What a message of this type claims; any other type would go unchecked and is a defect. */
        static <M extends Message> Says of(Class<M> type, Function<M, List<Claim>> claims) {
            return message -> claims.apply(type.cast(message));
        }
    }

    /** For members; neither end says who it is. */
    static final PeerRpc ANONYMOUS = new PeerRpc(false, Says.NOTHING, Says.NOTHING);

    static PeerRpc members(Says requests, Says responses) {
        return new PeerRpc(false, requests, responses);
    }

    static PeerRpc joining(Says requests, Says responses) {
        return new PeerRpc(true, requests, responses);
    }
}
