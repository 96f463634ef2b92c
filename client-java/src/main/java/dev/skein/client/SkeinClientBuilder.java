package dev.skein.client;

import dev.skein.client.internal.ClientSettings;
import dev.skein.client.internal.RunningClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Describes a {@link SkeinClient}. Only the endpoints are required. Not thread-safe. */
public final class SkeinClientBuilder {

    private static final int ENDPOINTS_MAX = 64;

    private List<String> endpoints = List.of();
    private Optional<String> region = Optional.empty();
    private String agent = "skein-java";
    private Optional<InetSocketAddress> httpConnectProxy = Optional.empty();
    private Optional<ClientTls> tls = Optional.empty();
    private Optional<Supplier<Credential>> credentials = Optional.empty();
    private Optional<Executor> callbackExecutor = Optional.empty();
    private Duration publishTimeout = Duration.ofSeconds(30);
    private Duration requestTimeout = Duration.ofSeconds(10);
    private int unansweredMessagesMax = 16_384;
    private boolean followRoutes = true;

    SkeinClientBuilder() {}

    /** Client addresses of some nodes, {@code host:port}; any of them will do, in any region. The others are learned. */
    public SkeinClientBuilder endpoints(String... endpoints) {
        return endpoints(List.of(endpoints));
    }

    /** Client addresses of some nodes, {@code host:port}. */
    public SkeinClientBuilder endpoints(List<String> endpoints) {
        Args.check(
                !endpoints.isEmpty() && endpoints.size() <= ENDPOINTS_MAX,
                "endpoints",
                endpoints,
                "1 to " + ENDPOINTS_MAX + " of host:port");
        endpoints.forEach(endpoint -> Args.endpoint("endpoints", endpoint));
        this.endpoints = List.copyOf(endpoints);
        return this;
    }

    /** The region this client is in, when it knows. Without it, the nearest region is found by measuring. */
    public SkeinClientBuilder region(String region) {
        this.region = Optional.of(Args.name("region", region));
        return this;
    }

    /** Free text for the server's logs and status. */
    public SkeinClientBuilder agent(String agent) {
        Args.check(agent.length() <= 128, "agent", agent.length() + " characters", "at most 128");
        this.agent = agent;
        return this;
    }

    /** Sends every connection through this proxy by HTTP CONNECT. */
    public SkeinClientBuilder httpConnectProxy(InetSocketAddress proxy) {
        this.httpConnectProxy = Optional.of(proxy);
        return this;
    }

    /** Protects every connection. Without it they are plain text, which nodes take on loopback addresses only. */
    public SkeinClientBuilder tls(ClientTls tls) {
        this.tls = Optional.of(tls);
        return this;
    }

    /** The credential for a cluster that controls access, always the same. */
    public SkeinClientBuilder credential(Credential credential) {
        return credentials(() -> credential);
    }

    /**
     * Supplies credentials for a cluster that controls access. It is asked for each new session and before the last credential
     * expires, on the callback executor, so that it may wait for an issuer. All must be of one key or one subject.
     */
    public SkeinClientBuilder credentials(Supplier<Credential> supplier) {
        this.credentials = Optional.of(supplier);
        return this;
    }

    /** Runs listeners and completes futures; default: two threads of the client's own. It is not shut down by the client. */
    public SkeinClientBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = Optional.of(executor);
        return this;
    }

    /** How long a publish is tried, over all reconnects, unless its options say otherwise; default 30 s. */
    public SkeinClientBuilder publishTimeout(Duration timeout) {
        this.publishTimeout = Args.timeout("publishTimeout", timeout);
        return this;
    }

    /** How long any other request is tried; default 10 s. */
    public SkeinClientBuilder requestTimeout(Duration timeout) {
        this.requestTimeout = Args.timeout("requestTimeout", timeout);
        return this;
    }

    /** Messages that may wait for an answer in all; more fail at once with {@link Reason#OVERLOADED}. Default 16,384. */
    public SkeinClientBuilder unansweredMessagesMax(int messages) {
        Args.check(messages >= 1 && messages <= 1_000_000, "unansweredMessagesMax", messages, "1 to 1000000");
        this.unansweredMessagesMax = messages;
        return this;
    }

    /**
     * Whether to learn nodes and nearest regions from the cluster (the default), or to use only the given endpoints, in their order, and those that
     * a node names when it sends the client away or can't take it.
     */
    public SkeinClientBuilder followRoutes(boolean follow) {
        this.followRoutes = follow;
        return this;
    }

    /**
     * Starts the client; it connects in the background.
     *
     * @throws IllegalArgumentException when a file of {@link #tls} can't be used
     */
    public SkeinClient build() {
        Args.check(!endpoints.isEmpty(), "endpoints", endpoints, "at least one host:port");
        return RunningClient.start(new ClientSettings(
                endpoints,
                region,
                agent,
                httpConnectProxy,
                tls,
                credentials,
                callbackExecutor,
                publishTimeout,
                requestTimeout,
                unansweredMessagesMax,
                followRoutes));
    }
}
