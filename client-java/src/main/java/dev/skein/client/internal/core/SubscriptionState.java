package dev.skein.client.internal.core;

import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.GapCause;
import dev.skein.client.Message;
import dev.skein.client.Position;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.client.v1.Subscribed;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.error.v1.RetryClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscription over all its sessions. {@link #position} is the only truth about what has been handed on: a message goes on
 * exactly when it is the one after it. An older one is dropped, since a resume may repeat it; a later one means that the server skipped
 * something without saying so, and then nothing is handed on and the subscription is started again from the position.
 *
 * <p>Demand: {@code granted} (the server may still send) plus {@code buffered} (on the way to the listener) never passes the buffer's
 * size nor what the application asked for; it is filled up when it has fallen to half.
 */
public final class SubscriptionState {

    /** What the state asks its session to do next. */
    enum Next {
        /** Nothing. */
        GO_ON,
        /** Start again from the position, soon. */
        RESTART,
        /** Start again from the position, after a pause. */
        RESTART_LATER,
        /** It has ended. */
        END
    }

    private final Channel channel;
    private final SubscribeOptions options;
    private final MessageReader reader;
    private final Consumer<List<SubscriptionEvent>> events;
    private final Consumer<Position> started;
    private final Counters counters;

    private @Nullable Position position;

    /** Set when the next start is at a serial of an epoch that isn't known yet. */
    private boolean newEpoch;

    private boolean caughtUpTold;
    private boolean ended;

    private long requested;
    private long granted;
    private long buffered;

    public SubscriptionState(
            Channel channel,
            SubscribeOptions options,
            Counters counters,
            Consumer<Position> started,
            Consumer<List<SubscriptionEvent>> events) {
        this.channel = channel;
        this.reader = new MessageReader(channel.full());
        this.options = options;
        this.counters = counters;
        this.started = started;
        this.events = events;
        this.requested = options.explicitDemand() ? 0 : Long.MAX_VALUE;
    }

    Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    String channelName() {
        return channel.full();
    }

    /** The frame that starts it, or starts it again where it stopped. */
    Subscribe subscribe(int id) {
        granted = 0;
        granted = grant();
        return Subscribe.newBuilder()
                .setSubscriptionId(id)
                .setChannel(channel.full())
                .setStart(start())
                .setDemand(granted)
                .build();
    }

    /** The application asks for more messages; what to tell the server now, if anything. */
    OptionalLong request(long messages) {
        requested = requested + messages < 0 ? Long.MAX_VALUE : requested + messages;
        return moreDemand();
    }

    /** The listener has taken messages; what to tell the server now, if anything. */
    OptionalLong taken(long messages) {
        buffered -= messages;
        return moreDemand();
    }

    Next subscribed(Subscribed frame) {
        if (frame.getPosition().getSerial() < 0) {
            return Next.RESTART;
        }
        Position from = Wire.position(frame.getPosition());
        if (position == null || newEpoch) {
            boolean first = position == null;
            newEpoch = false;
            position = from;
            if (first) {
                started.accept(from);
            }
            return Next.GO_ON;
        }
        adoptFirstEpoch(from.epoch());
        return from.epoch() == position.epoch() ? Next.GO_ON : Next.RESTART;
    }

    Next messages(Messages frame) {
        adoptFirstEpoch(frame.getEpoch());
        if (position == null || newEpoch || frame.getEpoch() != position.epoch()) {
            return Next.RESTART;
        }
        granted = Math.max(0, granted - frame.getMessagesCount());
        List<SubscriptionEvent> inOrder = new ArrayList<>(frame.getMessagesCount());
        boolean all = takeInOrder(frame, inOrder);
        if (!inOrder.isEmpty()) {
            events.accept(inOrder);
        }
        return all ? Next.GO_ON : Next.RESTART;
    }

    Next gap(dev.skein.proto.client.v1.Gap frame) {
        GapCause cause = Wire.gapCause(frame.getCause());
        if (position == null || newEpoch || frame.getLastSerial() < 0) {
            return Next.RESTART;
        }
        if (cause == GapCause.NEW_EPOCH) {
            tellGap(frame.getEpoch(), frame.getFirstSerial(), frame.getLastSerial(), cause);
            position = new Position(frame.getEpoch(), frame.getLastSerial());
            return Next.GO_ON;
        }
        adoptFirstEpoch(frame.getEpoch());
        if (frame.getEpoch() != position.epoch() || frame.getFirstSerial() > position.serial() + 1) {
            return Next.RESTART;
        }
        if (frame.getLastSerial() > position.serial()) {
            tellGap(frame.getEpoch(), position.serial() + 1, frame.getLastSerial(), cause);
            position = new Position(frame.getEpoch(), frame.getLastSerial());
        }
        return Next.GO_ON;
    }

    void caughtUp() {
        if (position != null && !caughtUpTold) {
            caughtUpTold = true;
            events.accept(List.of(new CaughtUp(channel.full(), position)));
        }
    }

    /** The server ended it. */
    Next refused(@Nullable Error error) {
        if (error == null) {
            return Next.RESTART_LATER;
        }
        boolean running = position != null;
        if (running && error.getReason() == Reason.REASON_WRONG_EPOCH) {
            return historyBroken(error);
        }
        if (!(running && isLate(error)) && refusedForGood(error, running)) {
            end(Optional.of(Failures.of(error)));
            return Next.END;
        }
        return Next.RESTART_LATER;
    }

    /** It ends; the last event. */
    void end(Optional<SkeinException> cause) {
        if (!ended) {
            ended = true;
            events.accept(List.of(new Closed(channel.full(), cause)));
        }
    }

    /** What was delivered was committed, in a namespace that exists: a node that doesn't have it yet is only late. */
    private static boolean isLate(Error error) {
        return error.getReason() == Reason.REASON_FUTURE_POSITION
                || error.getReason() == Reason.REASON_UNKNOWN_NAMESPACE;
    }

    /** Epoch 0 stands for a history that has not begun; the first epoch seen is the one that began it. */
    private void adoptFirstEpoch(long epoch) {
        if (position != null && !newEpoch && position.epoch() == 0 && epoch != 0) {
            position = new Position(epoch, position.serial());
        }
    }

    private static boolean refusedForGood(Error error, boolean running) {
        RetryClass retry = Failures.retryClass(error);
        boolean never = retry == RetryClass.RETRY_CLASS_NEVER || retry == RetryClass.RETRY_CLASS_UNSPECIFIED;
        return never || (!running && error.getReason() == Reason.REASON_WRONG_EPOCH);
    }

    /** Everything of the new epoch is delivered: what of it repeats the old one can't be known, and nothing may be skipped. */
    private Next historyBroken(Error error) {
        long next = position.serial() + 1;
        tellGap(epochIn(error), next, next - 1, GapCause.NEW_EPOCH);
        newEpoch = true;
        return Next.RESTART;
    }

    private static long epochIn(Error error) {
        try {
            return Long.parseUnsignedLong(error.getMetadataOrDefault("epoch", "0"));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private Start start() {
        if (newEpoch) {
            return Start.newBuilder().setSerial(1).build();
        }
        return position == null
                ? Wire.start(options.start())
                : Start.newBuilder().setPosition(Wire.position(position)).build();
    }

    /** Whether all messages of the frame fit the position; those before the first that doesn't are taken. */
    private boolean takeInOrder(Messages frame, List<SubscriptionEvent> inOrder) {
        for (int i = 0; i < frame.getMessagesCount(); i++) {
            if (!message(frame.getEpoch(), frame.getMessages(i), inOrder)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the message fits the position. */
    private boolean message(long epoch, StoredMessage stored, List<SubscriptionEvent> inOrder) {
        long after = stored.getEphemeral() ? stored.getSerial() : stored.getSerial() - 1;
        if (after > position.serial()) {
            return false;
        }
        if (after < position.serial()) {
            counters.messagesDropped.increment();
            return true;
        }
        Message message = readable(epoch, stored);
        if (message == null) {
            return false;
        }
        position = message.position();
        buffered++;
        if (requested != Long.MAX_VALUE && requested > 0) {
            requested--;
        }
        inOrder.add(message);
        return true;
    }

    /** Null for what no node lets in, like a header without a key. */
    private @Nullable Message readable(long epoch, StoredMessage stored) {
        try {
            return reader.read(epoch, stored);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private void tellGap(long epoch, long first, long last, GapCause cause) {
        counters.gaps.increment();
        events.accept(List.of(new Gap(channel.full(), epoch, first, last, cause)));
    }

    private OptionalLong moreDemand() {
        boolean low = granted + buffered <= options.bufferedMessages() / 2;
        long more = low || options.explicitDemand() ? grant() : 0;
        granted += more;
        return more > 0 ? OptionalLong.of(more) : OptionalLong.empty();
    }

    /** {@code requested} counts what the application still waits for, messages granted to the server included. */
    private long grant() {
        long room = options.bufferedMessages() - granted - buffered;
        long wanted = requested == Long.MAX_VALUE ? room : requested - granted;
        return Math.max(0, Math.min(room, wanted));
    }
}
