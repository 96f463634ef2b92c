package dev.skein.cli;

import dev.skein.client.Header;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes texts, or the lines of standard input. */
@Command(name = "publish", description = "Publishes messages and prints their receipts.")
final class PublishCommand implements Callable<Integer> {

    private static final int LINES_PER_PUBLISH = 100;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            index = "0",
            paramLabel = "CHANNEL",
            description = "namespace:name, or a name in the namespace default.")
    private String channel = "";

    @Parameters(
            index = "1..*",
            paramLabel = "TEXT",
            description = "One message each; without any, each line of standard input is one.")
    private List<String> texts = List.of();

    @Option(names = "--header", paramLabel = "KEY=VALUE", description = "A header of every message; may be repeated.")
    private Map<String, String> headers = Map.of();

    @Option(names = "--message-id", paramLabel = "ID", description = "Makes one message safe to publish again.")
    private @Nullable String messageId;

    @Option(names = "--ttl", paramLabel = "DURATION", description = "How long the messages may be read.")
    private @Nullable String ttl;

    @Option(names = "--atomic", description = "All messages or none.")
    private boolean atomic;

    @Option(names = "--ephemeral", description = "Deliver to present subscribers only.")
    private boolean ephemeral;

    @Option(
            names = "--expected-last-serial",
            paramLabel = "N",
            description = "Publish only if this is the channel's last serial.")
    private @Nullable Long expectedLastSerial;

    @Override
    public Integer call() throws IOException {
        Output output = cluster.output();
        try (SkeinClient client = cluster.connect()) {
            if (!texts.isEmpty()) {
                send(client, output, texts);
            } else {
                sendLines(client, output);
            }
        }
        return 0;
    }

    private void sendLines(SkeinClient client, Output output) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<String> batch = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            batch.add(line);
            if (!atomic && (batch.size() == LINES_PER_PUBLISH || !in.ready())) {
                send(client, output, batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            send(client, output, batch);
        }
    }

    private void send(SkeinClient client, Output output, List<String> batch) {
        if (messageId != null && batch.size() != 1) {
            throw new IllegalArgumentException("--message-id: " + batch.size() + " messages (expected: one)");
        }
        OptionalLong expected = expectedLastSerial == null ? OptionalLong.empty() : OptionalLong.of(expectedLastSerial);
        PublishOptions options = new PublishOptions(atomic, ephemeral, expected, Optional.empty());
        List<OutgoingMessage> messages = batch.stream().map(this::message).toList();
        for (Receipt receipt : client.blocking().publish(channel, messages, options)) {
            output.print(
                    Json.receipt(receipt),
                    "serial " + receipt.serial() + (receipt.duplicate() ? " (was published before)" : ""));
        }
    }

    private OutgoingMessage message(String text) {
        OutgoingMessage message = OutgoingMessage.of(text);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            message = message.withHeader(Header.of(header.getKey(), header.getValue()));
        }
        if (messageId != null) {
            message = message.withMessageId(messageId);
        }
        return ttl == null ? message : message.withTimeToLive(Durations.parse("--ttl", ttl));
    }
}
