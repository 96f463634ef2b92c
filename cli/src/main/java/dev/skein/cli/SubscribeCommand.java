package dev.skein.cli;

import dev.skein.client.CaughtUp;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.Message;
import dev.skein.client.Position;
import dev.skein.client.ResumeToken;
import dev.skein.client.SkeinClient;
import dev.skein.client.StartPoint;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a channel's messages as they come. */
@Command(
        name = "subscribe",
        description =
                "Prints a channel's messages as they come, until interrupted. At the end the resume token is printed on standard error.")
final class SubscribeCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            index = "0",
            paramLabel = "CHANNEL",
            description = "namespace:name, or a name in the namespace default.")
    private String channel = "";

    @ArgGroup
    private @Nullable Start start;

    @Option(names = "--count", paramLabel = "N", description = "End after this many messages.")
    private long count = Long.MAX_VALUE;

    @Option(names = "--until-caught-up", description = "End when everything that was there has been printed.")
    private boolean untilCaughtUp;

    @Spec
    private CommandSpec spec;

    private final CountDownLatch over = new CountDownLatch(1);
    private long printed;
    private volatile @Nullable Closed closed;

    /** Where to start; latest when none is given. */
    static final class Start {

        @Option(names = "--from-serial", paramLabel = "N", description = "Start at this serial; 1 is the beginning.")
        private @Nullable Long serial;

        @Option(names = "--after", paramLabel = "EPOCH:SERIAL", description = "Start after this position.")
        private @Nullable String position;

        @Option(names = "--last", paramLabel = "N", description = "Start with the last N messages.")
        private @Nullable Integer last;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "Start at this time: 2026-01-31T10:00:00Z, or 10m ago.")
        private @Nullable String since;

        @Option(names = "--resume", paramLabel = "TOKEN", description = "Go on after this resume token.")
        private @Nullable String token;

        StartPoint point() {
            if (serial != null) {
                return new StartPoint.AtSerial(serial);
            } else if (position != null) {
                return new StartPoint.After(position(position));
            } else if (last != null) {
                return new StartPoint.Last(last);
            } else if (since != null) {
                return new StartPoint.Since(time(since));
            } else if (token != null) {
                return new StartPoint.Resume(ResumeToken.parse(token));
            }
            return new StartPoint.Latest();
        }

        private static Position position(String text) {
            String[] parts = text.split(":", -1);
            try {
                if (parts.length == 2) {
                    return new Position(Long.parseUnsignedLong(parts[0]), Long.parseLong(parts[1]));
                }
            } catch (NumberFormatException bad) {
                // Refused below.
            }
            throw new IllegalArgumentException("--after: " + text + " (expected: EPOCH:SERIAL, two numbers)");
        }

        private static Instant time(String text) {
            try {
                return text.matches("[0-9]+(ms|s|m|h|d)")
                        ? Instant.now().minus(Durations.parse("--since", text))
                        : Instant.parse(text);
            } catch (DateTimeParseException bad) {
                throw new IllegalArgumentException(
                        "--since: " + text + " (expected: 2026-01-31T10:00:00Z, or 10m for ten minutes ago)", bad);
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Output output = cluster.output();
        StartPoint point = start == null ? new StartPoint.Latest() : start.point();
        try (SkeinClient client = cluster.connect()) {
            Subscription subscription =
                    client.subscribe(channel, SubscribeOptions.from(point), event -> handle(output, event));
            Thread onInterrupt = new Thread(over::countDown, "skein-interrupted");
            Runtime.getRuntime().addShutdownHook(onInterrupt);
            over.await();
            subscription.resumeToken().ifPresent(token -> {
                spec.commandLine().getErr().println("resume token: " + token);
                spec.commandLine().getErr().flush();
            });
        }
        Closed end = closed;
        if (end != null && end.cause().isPresent()) {
            throw end.cause().get();
        }
        return 0;
    }

    private void handle(Output output, SubscriptionEvent event) {
        if (over.getCount() == 0) {
            return;
        }
        if (output.json()) {
            output.print(Json.event(event), "");
        } else {
            printText(output, event);
        }
        if (event instanceof Message && ++printed >= count) {
            over.countDown();
        } else if (event instanceof CaughtUp && untilCaughtUp) {
            over.countDown();
        } else if (event instanceof Closed end) {
            closed = end;
            over.countDown();
        }
    }

    private static void printText(Output output, SubscriptionEvent event) {
        if (event instanceof Message message) {
            output.line(
                    message.serial() + (message.ephemeral() ? "~ " : "  ") + message.time() + "  " + message.text());
        } else if (event instanceof Gap gap) {
            output.line("-- gap: serials " + gap.firstSerial() + " to " + gap.lastSerial() + " (" + gap.cause() + ")");
        } else if (event instanceof CaughtUp caughtUp) {
            output.line("-- caught up at serial " + caughtUp.position().serial());
        }
    }
}
