package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.EnterChannel;
import dev.skein.proto.client.v1.LeaveChannel;
import dev.skein.proto.client.v1.MemberChanges;
import dev.skein.proto.client.v1.PresenceAnswer;
import dev.skein.proto.client.v1.PresenceFrame;
import dev.skein.proto.client.v1.PresenceHello;
import dev.skein.proto.client.v1.PresenceNews;
import dev.skein.proto.client.v1.UnwatchMembers;
import dev.skein.proto.client.v1.WatchMembers;
import dev.skein.proto.error.v1.Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which channels this client is in and watches, and the stream by which the attached node hears so. What is wanted is kept here; each new stream is told all of it, and
 * until then whoever waits goes on waiting. Without anything wanted there is no stream. Owned by the client's loop.
 */
public final class Attendance {

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** Who waits for a change to be known. */
    public interface Outcome {

        void done();

        void failed(SkeinException cause);
    }

    /** Who hears of members. */
    public interface Watcher {

        void changed(MemberChanges changes);

        void interrupted();
    }

    /** Where frames go. */
    public interface Stream {

        void send(PresenceFrame frame);

        /** The client goes on elsewhere. */
        void close();

        /** The client leaves. */
        void finish();
    }

    /** What a stream says; each call on the loop. */
    public interface Events {

        void news(PresenceNews news);

        void ended(SkeinException cause);
    }

    private final Timers timers;
    private final RandomGenerator random;
    private final Duration timeout;
    private final ByteString secret;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<Long, Question> unanswered = new HashMap<>();

    /** Opens a stream at the attached node; null: there is none. */
    private @Nullable Function<Events, Stream> attached;

    private @Nullable Stream stream;
    private long lastRequest;
    private int failures;
    private @Nullable SkeinException closed;

    /**
     * For one client.
     *
     * @param secret what nobody else knows
     * @param timeout how long a change may take to be known
     */
    public Attendance(Timers timers, RandomGenerator random, ByteString secret, Duration timeout) {
        this.timers = timers;
        this.random = random;
        this.secret = secret;
        this.timeout = timeout;
    }

    /** What is wanted of one channel. */
    private static final class Place {

        private final String channel;
        private final List<Watcher> watchers = new ArrayList<>();

        /** Null: the client isn't in it. */
        private @Nullable ByteString data;

        /** The same as far as the present stream has said yes to it. */
        private @Nullable ByteString confirmed;

        /** Who waits for the present {@link #data}, or for nobody to hear of it any more. */
        private List<Waiting> waiting = new ArrayList<>();

        private List<Waiting> watching = new ArrayList<>();

        /** Whether a stream before the present one was told to watch. */
        private boolean watchedBefore;

        Place(String channel) {
            this.channel = channel;
        }

        boolean isWanted() {
            return data != null || !watchers.isEmpty();
        }
    }

    private static final class Waiting {

        private final Outcome outcome;

        /** Null: it isn't about hearing of members. */
        private final @Nullable Watcher watcher;

        private boolean over;

        Waiting(Outcome outcome, @Nullable Watcher watcher) {
            this.outcome = outcome;
            this.watcher = watcher;
        }

        void done() {
            if (!over) {
                over = true;
                outcome.done();
            }
        }

        void failed(SkeinException cause) {
            if (!over) {
                over = true;
                outcome.failed(cause);
            }
        }
    }

    /**
     * A frame without an answer.
     *
     * @param data that the place was told to have, if it isn't about watching
     */
    private record Question(Place place, boolean watch, @Nullable ByteString data, List<Waiting> waiting) {}

    // ---- what the application wants

    /** The client is in the channel, and looks like this. */
    public void enter(String channel, ByteString data, Outcome outcome) {
        if (refuses(outcome)) {
            return;
        }
        Place place = place(channel);
        place.data = data;
        place.waiting.add(waiting(outcome));
        tell(place);
    }

    /** The client isn't in the channel. */
    public void leave(String channel, Outcome outcome) {
        if (refuses(outcome)) {
            return;
        }
        Place place = place(channel);
        place.data = null;
        place.waiting.add(waiting(outcome));
        tell(place);
    }

    /** Somebody hears of the channel's members. */
    public void watch(String channel, Watcher watcher, Outcome outcome) {
        if (refuses(outcome)) {
            return;
        }
        Place place = place(channel);
        place.watchers.add(watcher);
        Waiting waiting = new Waiting(outcome, watcher);
        place.watching.add(waiting);
        // Who is told that it failed couldn't end it.
        late(waiting, () -> unwatch(channel, watcher));
        if (stream != null) {
            tellWatch(place);
        } else {
            open();
        }
    }

    /** Somebody doesn't any more. */
    public void unwatch(String channel, Watcher watcher) {
        Place place = places.get(channel);
        if (place != null && place.watchers.remove(watcher) && place.watchers.isEmpty()) {
            place.watchedBefore = false;
            send(PresenceFrame.newBuilder()
                    .setUnwatch(UnwatchMembers.newBuilder().setChannel(channel)));
            forget(place);
        }
    }

    private boolean refuses(Outcome outcome) {
        if (closed != null) {
            outcome.failed(closed);
        }
        return closed != null;
    }

    private Place place(String channel) {
        return places.computeIfAbsent(channel, Place::new);
    }

    private void forget(Place place) {
        if (!place.isWanted() && place.waiting.isEmpty()) {
            places.remove(place.channel, place);
        }
    }

    private Waiting waiting(Outcome outcome) {
        Waiting waiting = new Waiting(outcome, null);
        late(waiting, () -> {});
        return waiting;
    }

    private void late(Waiting waiting, Runnable undo) {
        timers.in(timeout, () -> {
            if (!waiting.over) {
                undo.run();
                waiting.failed(new SkeinException(
                        Reason.DEADLINE,
                        "presence: not known after " + timeout.toMillis() + " ms (expected: sooner)",
                        RetryAdvice.SAFE,
                        Map.of()));
            }
        });
    }

    // ---- the node

    /** There is a node; it opens streams. */
    public void attached(Function<Events, Stream> opener) {
        detached();
        attached = opener;
        failures = 0;
        open();
    }

    /** There is none any more. */
    public void detached() {
        attached = null;
        if (stream != null) {
            stream.close();
            lost();
        }
    }

    /** Nothing is wanted any more, and whoever waits fails. */
    public void close(SkeinException cause) {
        closed = cause;
        attached = null;
        if (stream != null) {
            stream.finish();
            lost();
        }
        places.values().forEach(place -> {
            place.waiting.forEach(waiting -> waiting.failed(cause));
            place.watching.forEach(waiting -> waiting.failed(cause));
        });
        places.clear();
    }

    private void open() {
        if (attached == null || stream != null || places.values().stream().noneMatch(Place::isWanted)) {
            settle();
            return;
        }
        OneStream events = new OneStream();
        stream = attached.apply(events);
        events.mine = stream;
        send(PresenceFrame.newBuilder().setHello(PresenceHello.newBuilder().setSecret(secret)));
        for (Place place : List.copyOf(places.values())) {
            if (place.data != null) {
                tell(place);
            } else {
                gone(place);
            }
            if (!place.watchers.isEmpty()) {
                if (place.watchedBefore) {
                    place.watchers.forEach(Watcher::interrupted);
                }
                tellWatch(place);
            }
        }
    }

    /** Without a stream nobody can be told; the node of the last one forgets the client by itself: who waits for leaving waits no longer. */
    private void settle() {
        if (stream == null) {
            List.copyOf(places.values()).stream()
                    .filter(place -> place.data == null)
                    .forEach(this::gone);
        }
    }

    private void gone(Place place) {
        place.waiting.forEach(Waiting::done);
        place.waiting.clear();
        forget(place);
    }

    private void tell(Place place) {
        if (stream == null) {
            open();
            return;
        }
        List<Waiting> waiting = place.waiting;
        place.waiting = new ArrayList<>();
        long id = ask(new Question(place, false, place.data, waiting));
        PresenceFrame.Builder frame = PresenceFrame.newBuilder().setRequestId(id);
        ByteString data = place.data;
        send(
                data == null
                        ? frame.setLeave(LeaveChannel.newBuilder().setChannel(place.channel))
                        : frame.setEnter(EnterChannel.newBuilder()
                                .setChannel(place.channel)
                                .setData(data)));
    }

    private void tellWatch(Place place) {
        List<Waiting> waiting = place.watching;
        place.watching = new ArrayList<>();
        place.watchedBefore = true;
        long id = ask(new Question(place, true, null, waiting));
        send(PresenceFrame.newBuilder()
                .setRequestId(id)
                .setWatch(WatchMembers.newBuilder().setChannel(place.channel)));
    }

    private long ask(Question question) {
        unanswered.put(++lastRequest, question);
        return lastRequest;
    }

    private void send(PresenceFrame.Builder frame) {
        if (stream != null) {
            stream.send(frame.build());
        }
    }

    /** Whoever waits for an answer of the stream waits for one of the next. */
    private void lost() {
        stream = null;
        unanswered.values().forEach(question -> {
            if (question.watch()) {
                question.place().watching.addAll(question.waiting());
            } else {
                question.place().waiting.addAll(question.waiting());
            }
        });
        unanswered.clear();
        places.values().forEach(place -> place.confirmed = null);
        settle();
    }

    private void answered(PresenceAnswer answer) {
        failures = 0;
        Question question = unanswered.remove(answer.getRequestId());
        if (question == null) {
            return;
        }
        Place place = question.place();
        if (answer.hasError()) {
            refused(question, answer.getError());
        } else {
            if (!question.watch()) {
                place.confirmed = question.data();
            }
            question.waiting().forEach(Waiting::done);
        }
        forget(place);
    }

    /** What is refused isn't wanted any more, so that the next stream isn't told; what was so before stays. */
    private void refused(Question question, Error error) {
        SkeinException cause = Failures.of(error);
        Place place = question.place();
        if (question.watch()) {
            question.waiting().forEach(waiting -> place.watchers.remove(waiting.watcher));
        } else if (place.data == question.data()) {
            place.data = place.confirmed;
        }
        question.waiting().forEach(waiting -> waiting.failed(cause));
    }

    /** Events of one stream; those of an earlier one are nobody's. */
    private final class OneStream implements Events {

        private @Nullable Stream mine;

        @Override
        public void news(PresenceNews news) {
            if (stream != mine) {
                return;
            }
            if (news.hasAnswer()) {
                answered(news.getAnswer());
            } else if (news.hasChanges()) {
                Place place = places.get(news.getChanges().getChannel());
                if (place != null) {
                    place.watchers.forEach(watcher -> watcher.changed(news.getChanges()));
                }
            }
        }

        @Override
        public void ended(SkeinException cause) {
            if (stream != mine || stream == null) {
                return;
            }
            lost();
            if (cause.advice() == RetryAdvice.NEVER) {
                places.values().forEach(place -> {
                    place.waiting.forEach(waiting -> waiting.failed(cause));
                    place.waiting.clear();
                    place.watching.forEach(waiting -> waiting.failed(cause));
                    place.watching.clear();
                });
            }
            long ceiling = Math.min(PAUSE_MAX.toNanos(), PAUSE.toNanos() << Math.min(failures++, 10));
            timers.in(Duration.ofNanos(ceiling / 2 + random.nextLong(ceiling / 2)), Attendance.this::open);
        }
    }
}
