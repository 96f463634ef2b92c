package dev.skein.client.internal.grpc;

import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.client.internal.core.Failures;
import dev.skein.client.internal.core.Timers;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Requests that aren't part of the session. Each goes to the attached node while there is one, else to the candidates in turn, and is repeated
 * as its failure allows until its time is over. A failure that leaves the outcome open is repeated only when a repetition is harmless.
 */
public final class Requests {

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(4);
    private static final Duration WAIT_FOR_SESSION = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final Duration PAUSE_MAX = Duration.ofMillis(500);

    private final Timers timers;
    private final Executor loop;
    private final Executor callbacks;
    private final RandomGenerator random;
    private final Transport transport;
    private final Supplier<Optional<Channel>> attached;
    private final Supplier<List<String>> candidates;

    /** Requests without an answer; belongs to the loop. */
    private final Set<Request<?>> open = new HashSet<>();

    private volatile @Nullable SkeinException closed;

    public Requests(
            Timers timers,
            Executor loop,
            Executor callbacks,
            RandomGenerator random,
            Transport transport,
            Supplier<Optional<Channel>> attached,
            Supplier<List<String>> candidates) {
        this.timers = timers;
        this.loop = loop;
        this.callbacks = callbacks;
        this.random = random;
        this.transport = transport;
        this.attached = attached;
        this.candidates = candidates;
    }

    /** Fails every request, those to come included. Called on the loop. */
    public void close(SkeinException cause) {
        closed = cause;
        List.copyOf(open).forEach(request -> request.fail(cause));
    }

    /** Starts one attempt. */
    @FunctionalInterface
    public interface Call<T> {

        void start(Channel channel, long timeoutMillis, StreamObserver<T> answer);
    }

    /** Sends to whatever node is best. The future completes on the callback executor. */
    public <T> CompletableFuture<T> send(Duration timeout, boolean harmlessToRepeat, Call<T> call) {
        return new Request<>(call, timeout, harmlessToRepeat, Optional.empty()).begin();
    }

    /** Sends to this node only. */
    public <T> CompletableFuture<T> sendTo(String endpoint, Duration timeout, boolean harmlessToRepeat, Call<T> call) {
        return new Request<>(call, timeout, harmlessToRepeat, Optional.of(endpoint)).begin();
    }

    /** One request over all its attempts; its state belongs to the loop. */
    private final class Request<T> {

        private final Call<T> call;
        private final boolean harmlessToRepeat;
        private final Optional<String> endpoint;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final Duration timeout;
        private long sinceNanos;
        private int attempts;

        Request(Call<T> call, Duration timeout, boolean harmlessToRepeat, Optional<String> endpoint) {
            this.call = call;
            this.timeout = timeout;
            this.harmlessToRepeat = harmlessToRepeat;
            this.endpoint = endpoint;
        }

        CompletableFuture<T> begin() {
            loop.execute(() -> {
                sinceNanos = timers.nanoTime();
                open.add(this);
                attempt();
            });
            SkeinException over = closed;
            if (over != null) {
                // The loop may have stopped before it took the request.
                result.completeExceptionally(over);
            }
            return result;
        }

        private void attempt() {
            if (result.isDone()) {
                open.remove(this);
                return;
            }
            if (endpoint.isPresent()) {
                attemptAt(transport.keep(endpoint.get()), endpoint);
                return;
            }
            Optional<Channel> session = attached.get();
            if (session.isPresent()) {
                attemptAt(session.get(), Optional.empty());
            } else if (elapsed().compareTo(WAIT_FOR_SESSION) < 0 && elapsed().compareTo(timeout.dividedBy(2)) < 0) {
                timers.in(PAUSE, this::attempt);
            } else {
                List<String> all = candidates.get();
                String next = all.get(attempts % all.size());
                attemptAt(transport.keep(next), Optional.of(next));
            }
        }

        private void attemptAt(Channel channel, Optional<String> keptAt) {
            attempts++;
            long left = timeout.minus(elapsed()).toMillis();
            long most = endpoint.isPresent() ? timeout.toMillis() : ATTEMPT_MAX.toMillis();
            call.start(channel, Math.max(1, Math.min(left, most)), new StreamObserver<>() {
                @Override
                public void onNext(T answer) {
                    loop.execute(() -> {
                        open.remove(Request.this);
                        callbacks.execute(() -> result.complete(answer));
                    });
                }

                @Override
                public void onError(Throwable failure) {
                    loop.execute(() -> failed(Failures.of(failure), keptAt));
                }

                @Override
                public void onCompleted() {}
            });
        }

        private void failed(SkeinException cause, Optional<String> keptAt) {
            boolean unreachable = cause.reason() == Reason.UNAVAILABLE;
            if (unreachable) {
                keptAt.ifPresent(transport::drop);
            }
            Duration pause = pause();
            boolean outcomeOpen = unreachable || cause.outcomeUnknown();
            boolean again = cause.advice() != RetryAdvice.NEVER && (!outcomeOpen || harmlessToRepeat);
            if (again && elapsed().plus(pause).compareTo(timeout) < 0) {
                timers.in(pause, this::attempt);
            } else {
                fail(outcomeOpen && !harmlessToRepeat ? unknown(cause) : cause);
            }
        }

        private void fail(SkeinException cause) {
            open.remove(this);
            callbacks.execute(() -> result.completeExceptionally(cause));
        }

        private Duration pause() {
            long ceiling = Math.min(PAUSE_MAX.toNanos(), PAUSE.toNanos() << Math.min(attempts, 10));
            return Duration.ofNanos(ceiling / 2 + random.nextLong(ceiling / 2));
        }

        private Duration elapsed() {
            return Duration.ofNanos(timers.nanoTime() - sinceNanos);
        }

        private SkeinException unknown(SkeinException cause) {
            return new SkeinException(
                    cause.reason(), cause.getMessage(), RetryAdvice.WITH_MESSAGE_ID, cause.metadata());
        }
    }
}
