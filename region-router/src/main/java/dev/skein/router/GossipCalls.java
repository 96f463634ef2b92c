package dev.skein.router;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.ExchangeResponse;
import dev.skein.proto.gossip.v1.GossipGrpc;
import dev.skein.router.gossip.GossipCore;
import dev.skein.router.gossip.Outgoing;
import dev.skein.wire.Errors;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the core's exchanges over gRPC. Lives on the router's thread; gRPC's callbacks only post to it. */
final class GossipCalls {

    /** Refusals are logged at most this often: they repeat with every round. */
    private static final long LOG_NANOS = Duration.ofSeconds(30).toNanos();

    private static final Logger log = LoggerFactory.getLogger(GossipCalls.class);

    private final GossipCore core;
    private final RouterLoop loop;
    private final RouterSeams seams;
    private final RouterMetrics metrics;
    private final Duration timeout;
    private boolean refusalLogged;
    private long refusalLoggedNanos;

    GossipCalls(GossipCore core, RouterLoop loop, RouterSeams seams, RouterMetrics metrics, Duration timeout) {
        this.core = core;
        this.loop = loop;
        this.seams = seams;
        this.metrics = metrics;
        this.timeout = timeout;
    }

    void begin(List<Outgoing> exchanges) {
        exchanges.forEach(exchange -> send(exchange, timeout, () -> {}));
    }

    /** Sends the last exchanges and tells when all have ended, one way or the other. */
    void farewell(List<Outgoing> exchanges, Duration goodbye, Runnable done) {
        int[] left = {exchanges.size()};
        if (exchanges.isEmpty()) {
            done.run();
        }
        for (Outgoing exchange : exchanges) {
            send(exchange, goodbye, () -> {
                if (--left[0] == 0) {
                    done.run();
                }
            });
        }
    }

    private void send(Outgoing exchange, Duration deadline, Runnable ended) {
        metrics.exchanges.mark();
        try {
            GossipGrpc.newStub(seams.channels().apply(exchange.address()))
                    .withExecutor(Runnable::run)
                    .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
                    .exchange(exchange.request(), new Answer(exchange, ended));
        } catch (RuntimeException noChannel) {
            failed(exchange, noChannel, ended);
        }
    }

    private void failed(Outgoing exchange, Throwable cause, Runnable ended) {
        metrics.failures.mark();
        Error error = Errors.fromThrowable(cause);
        @Nullable Reason reason = error == null ? null : error.getReason();
        long now = seams.time().nanoTime();
        if (reason != null && (!refusalLogged || now - refusalLoggedNanos >= LOG_NANOS)) {
            refusalLogged = true;
            refusalLoggedNanos = now;
            log.warn("{} refuses to gossip: {} {}", exchange.address(), Errors.shortName(reason), error.getText());
        } else {
            log.debug("no gossip with {}: {}", exchange.address(), cause.getMessage());
        }
        core.onFailure(exchange, reason, now);
        ended.run();
    }

    /** The peer's answer, on a gRPC thread. */
    private final class Answer implements StreamObserver<ExchangeResponse> {
        private final Outgoing exchange;
        private final Runnable ended;
        private final long sentNanos = seams.time().nanoTime();
        private @Nullable ExchangeResponse response;
        private long rttNanos;

        Answer(Outgoing exchange, Runnable ended) {
            this.exchange = exchange;
            this.ended = ended;
        }

        @Override
        public void onNext(ExchangeResponse newResponse) {
            rttNanos = seams.time().nanoTime() - sentNanos;
            response = newResponse;
        }

        @Override
        public void onError(Throwable cause) {
            loop.post(() -> failed(exchange, cause, ended));
        }

        @Override
        public void onCompleted() {
            ExchangeResponse complete = response;
            if (complete == null) {
                onError(new IllegalStateException("the peer ended the exchange without an answer"));
                return;
            }
            loop.post(() -> {
                core.onResponse(exchange, complete, rttNanos, seams.time().nanoTime());
                ended.run();
            });
        }
    }
}
