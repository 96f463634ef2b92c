package dev.skein.cli;

import dev.skein.client.Gap;
import dev.skein.client.HistoryPage;
import dev.skein.client.HistoryQuery;
import dev.skein.client.Message;
import dev.skein.client.SkeinClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a channel's history, page after page. */
@Command(name = "history", description = "Prints a channel's history.")
final class HistoryCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            index = "0",
            paramLabel = "CHANNEL",
            description = "namespace:name, or a name in the namespace default.")
    private String channel = "";

    @Option(names = "--from-serial", paramLabel = "N", description = "Where to start; default: one end of the channel.")
    private @Nullable Long from;

    @Option(names = "--backward", description = "Newest first.")
    private boolean backward;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "Messages at most; default 100.")
    private int limit;

    @Option(names = "--allow-stale", description = "Read the nearest replica without asking the leader.")
    private boolean allowStale;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new IllegalArgumentException("--limit: " + limit + " (expected: 1 or more)");
        }
        Output output = cluster.output();
        try (SkeinClient client = cluster.connect()) {
            Optional<HistoryQuery> next = Optional.of(query());
            int left = limit;
            while (next.isPresent() && left > 0) {
                HistoryQuery page = next.get().withLimit(Math.min(left, HistoryQuery.LIMIT_MAX));
                HistoryPage answer = client.blocking().history(page);
                print(output, answer);
                left -= answer.messages().size();
                next = answer.next();
            }
        }
        return 0;
    }

    private HistoryQuery query() {
        HistoryQuery query = backward ? HistoryQuery.newestFirst(channel) : HistoryQuery.oldestFirst(channel);
        query = from == null ? query : query.withFrom(from);
        return allowStale ? query.withStaleAllowed() : query;
    }

    private static void print(Output output, HistoryPage page) {
        for (Gap gap : page.gaps()) {
            output.print(
                    Json.gap(gap),
                    "-- gap: serials " + gap.firstSerial() + " to " + gap.lastSerial() + " (" + gap.cause() + ")");
        }
        for (Message message : page.messages()) {
            output.print(Json.message(message), message.serial() + "  " + message.time() + "  " + message.text());
        }
    }
}
