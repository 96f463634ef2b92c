package dev.skein.client.internal;

import dev.skein.client.ClientTls;
import dev.skein.client.Credential;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** A client's settings as the builder checked them; see {@link dev.skein.client.SkeinClientBuilder} for their meaning. */
public record ClientSettings(
        List<String> endpoints,
        Optional<String> region,
        String agent,
        Optional<InetSocketAddress> httpConnectProxy,
        Optional<ClientTls> tls,
        Optional<Supplier<Credential>> credentials,
        Optional<Executor> callbackExecutor,
        Duration publishTimeout,
        Duration requestTimeout,
        int unansweredMessagesMax,
        boolean followRoutes) {}
