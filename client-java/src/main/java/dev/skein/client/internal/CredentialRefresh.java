package dev.skein.client.internal;

import dev.skein.client.internal.core.SessionLink;
import dev.skein.client.internal.core.Timers;
import dev.skein.client.internal.grpc.SuppliedCredentials;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Refresh;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a new credential over the attached session before the present one expires. When there is none in time, the server ends
 * the session, and attaching asks again. State belongs to the loop.
 */
final class CredentialRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialRefresh.class);

    private static final long PAUSE_MILLIS_MIN = 250;

    private final Optional<SuppliedCredentials> credentials;
    private final Timers timers;
    private final Executor loop;
    private final Executor callbacks;
    private Timers.@Nullable Timer due;
    private @Nullable SessionLink attached;

    CredentialRefresh(Optional<SuppliedCredentials> credentials, Timers timers, Executor loop, Executor callbacks) {
        this.credentials = credentials;
        this.timers = timers;
        this.loop = loop;
        this.callbacks = callbacks;
    }

    /** The session's credential is good for so long; 0: for ever. */
    void expiresIn(SessionLink link, long millis) {
        stop();
        if (credentials.isPresent() && millis > 0) {
            attached = link;
            Duration wait = Duration.ofMillis(Math.max(PAUSE_MILLIS_MIN, millis / 5 * 4));
            due = timers.in(wait, () -> callbacks.execute(() -> ask(link, wait)));
        }
    }

    void stop() {
        attached = null;
        if (due != null) {
            due.cancel();
            due = null;
        }
    }

    private void ask(SessionLink link, Duration waited) {
        try {
            String authorization = credentials.orElseThrow().ask();
            loop.execute(() -> send(link, authorization));
        } catch (RuntimeException failed) {
            LOG.warn("the application's supplier of credentials failed; it is asked again", failed);
            loop.execute(() -> {
                if (attached == link) {
                    expiresIn(link, waited.toMillis() / 5);
                }
            });
        }
    }

    private void send(SessionLink link, String authorization) {
        if (attached == link) {
            link.send(ClientFrame.newBuilder()
                    .setRefresh(Refresh.newBuilder().setAuthorization(authorization))
                    .build());
        }
    }
}
