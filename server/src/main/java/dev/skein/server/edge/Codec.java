package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How commands and replies are written. Thread-safe. */
interface Codec {

    /** The subprotocol that asks for it. */
    String subprotocol();

    /** Whether frames are text. */
    boolean isText();

    /** Whether its clients only listen. */
    default boolean isOneWay() {
        return false;
    }

    /**
     * The commands of a frame, at least one.
     *
     * @throws BadFrameException when any of it can't be read
     */
    List<Command> decode(byte[] frame) throws BadFrameException;

    /** One reply, ready to be put into a frame. */
    byte[] encode(Reply reply);

    /**
     * A publication of a subscription of differences: its data is the whole payload, or what makes it of the one before.
     *
     * @param push with a publication whose data is the whole payload
     * @param delta what makes it; null: none is known
     */
    byte[] encode(Push push, byte @Nullable [] delta);

    /** Whether a payload can be sent to a client of this codec. */
    boolean carries(byte[] payload);

    /** A frame of replies, at least one. */
    byte[] frame(List<byte[]> replies);
}
