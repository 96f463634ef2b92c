package dev.skein.cli;

import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinClientBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of every command: which cluster, and how to print. */
final class ClusterOptions {

    @Option(
            names = "--endpoints",
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:SKEIN_ENDPOINTS:-127.0.0.1:7201}",
            description = "Client addresses of some nodes. Default: SKEIN_ENDPOINTS, or 127.0.0.1:7201.")
    private String endpoints = "";

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "The region this client is in; default: the nearest.")
    private @Nullable String region;

    @Option(names = "--http-connect-proxy", paramLabel = "HOST:PORT", description = "Connect through this proxy.")
    private @Nullable String proxy;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private CredentialOptions credentials = new CredentialOptions();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "How long to try (250ms, 10s, 2m); default 10s.")
    private String timeout = "";

    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    SkeinClient connect() {
        return builder().build();
    }

    SkeinClientBuilder builder() {
        SkeinClientBuilder builder = SkeinClient.builder()
                .endpoints(endpointList())
                .agent("skein-cli")
                .requestTimeout(timeout())
                .publishTimeout(timeout());
        Optional.ofNullable(region).ifPresent(builder::region);
        Optional.ofNullable(proxy).map(ClusterOptions::address).ifPresent(builder::httpConnectProxy);
        tls.settings().ifPresent(builder::tls);
        credentials.credential().ifPresent(builder::credential);
        return builder;
    }

    List<String> endpointList() {
        return Arrays.stream(endpoints.split(",")).map(String::trim).toList();
    }

    Duration timeout() {
        return Durations.parse("--timeout", timeout);
    }

    Output output() {
        return new Output(spec.commandLine().getOut(), json);
    }

    boolean json() {
        return json;
    }

    private static InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    hostAndPort.substring(0, Math.max(0, colon)), Integer.parseInt(hostAndPort.substring(colon + 1)));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("--http-connect-proxy: " + hostAndPort + " (expected: host:port)", bad);
        }
    }
}
