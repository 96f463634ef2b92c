package dev.skein.systemtests.report;

import dev.skein.systemtests.drill.Round;
import dev.skein.systemtests.history.Attachment;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Publish;
import dev.skein.systemtests.history.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * How long things stood still, in milliseconds.
 *
 * <p>A publish gap is the longest time between two neighbouring receipts of one region's probe publisher on one probe channel that has a
 * part in an outage; a delivery gap is the same for deliveries of a probe channel to a region's full subscriber. Probes are
 * published every 100 ms whatever happens, so an undisturbed channel shows about 100 ms. One sample a round, region and channel.
 *
 * @param publish by region, on channels whose shards the lost region led; regions that survived the round
 * @param delivery the same for deliveries
 * @param lostPublish publish gaps of clients in the lost region itself: they have to find another node first
 * @param lostDelivery the same for deliveries
 * @param elsewhere publish gaps of surviving regions on channels led in a region that wasn't lost
 * @param comingBack publish gaps of all regions, on channels of the lost region, while it came back
 * @param reattach from the loss of a region until a client that was attached there is attached elsewhere
 * @param strayed clients that were attached in the lost region and found no other node before the round was over
 * @param resumedNanos by round, when the last of the surviving regions' channels got a receipt again
 */
public record Gaps(
        Map<String, Spread> publish,
        Map<String, Spread> delivery,
        Spread survivingPublish,
        Spread lostPublish,
        Spread lostDelivery,
        Spread elsewhere,
        Spread comingBack,
        Spread reattach,
        int strayed,
        List<Long> resumedNanos) {

    private static final double NANOS_PER_MILLI = 1e6;

    /** Measures a history. */
    public static Gaps of(History history, List<Round> rounds, List<String> regions) {
        Map<Line, long[]> receipts = receipts(history);
        Map<Line, long[]> deliveries = deliveries(history);
        Samples publish = new Samples(receipts, rounds);
        Samples delivery = new Samples(deliveries, rounds);
        Reattaching reattaching = Reattaching.of(history, rounds);
        return new Gaps(
                byRegion(publish, regions),
                byRegion(delivery, regions),
                Spread.of(publish.during((round, line) -> led(round, line) && !lost(round, line))),
                Spread.of(publish.during((round, line) -> led(round, line) && lost(round, line))),
                Spread.of(delivery.during((round, line) -> led(round, line) && lost(round, line))),
                Spread.of(publish.during((round, line) -> !led(round, line) && !lost(round, line))),
                Spread.of(publish.comingBack(Gaps::led)),
                Spread.of(reattaching.millis),
                reattaching.strayed,
                rounds.stream().map(publish::resumed).toList());
    }

    private static Map<String, Spread> byRegion(Samples samples, List<String> regions) {
        Map<String, Spread> spreads = new LinkedHashMap<>();
        for (String region : regions) {
            spreads.put(
                    region,
                    Spread.of(samples.during((round, line) -> line.region().equals(region) && led(round, line))));
        }
        return spreads;
    }

    private static boolean led(Round round, Line line) {
        return round.channelsLed().contains(line.channel());
    }

    private static boolean lost(Round round, Line line) {
        return round.victim().equals(line.region());
    }

    /** One region's view of one probe channel. */
    private record Line(String region, int channel) {}

    private static Map<Line, long[]> receipts(History history) {
        Map<Line, Times> times = new HashMap<>();
        history.publishes(publish -> {
            Client client = history.client(publish.client());
            if (client.role().equals("probe") && publish.isAcknowledged()) {
                add(times, new Line(client.region(), publish.channel()), publish);
            }
        });
        return sorted(times);
    }

    private static void add(Map<Line, Times> times, Line line, Publish publish) {
        times.computeIfAbsent(line, unseen -> new Times()).add(publish.returnedNanos());
    }

    private static Map<Line, long[]> deliveries(History history) {
        Map<Line, Times> times = new HashMap<>();
        List<Source> sources = history.sources();
        history.sightings(seen -> {
            Source source = sources.get(seen.source());
            if (source.kind() == Source.Kind.SUBSCRIBER
                    && history.channelName(seen.channel()).contains(":drill.probe/")) {
                times.computeIfAbsent(new Line(source.where(), seen.channel()), unseen -> new Times())
                        .add(seen.nanos());
            }
        });
        return sorted(times);
    }

    private static Map<Line, long[]> sorted(Map<Line, Times> times) {
        Map<Line, long[]> sorted = new HashMap<>();
        times.forEach((line, all) -> sorted.put(line, all.sorted()));
        return sorted;
    }

    /** A growing array of instants. */
    private static final class Times {
        private long[] nanos = new long[256];
        private int count;

        void add(long instant) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = instant;
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }

    /** The longest interval of each line in each round. */
    private record Samples(Map<Line, long[]> lines, List<Round> rounds) {

        List<Double> during(BiPredicate<Round, Line> wanted) {
            return longest(wanted, Round::overlapsOutage);
        }

        List<Double> comingBack(BiPredicate<Round, Line> wanted) {
            return longest(wanted, Round::overlapsReturn);
        }

        private List<Double> longest(BiPredicate<Round, Line> wanted, Window window) {
            List<Double> samples = new ArrayList<>();
            for (Round round : rounds) {
                lines.forEach((line, nanos) -> {
                    if (wanted.test(round, line)) {
                        samples.add(longest(nanos, round, window) / NANOS_PER_MILLI);
                    }
                });
            }
            return samples;
        }

        /** The end of the latest standstill; the loss itself when nothing stood still. */
        long resumed(Round round) {
            long resumed = round.startNanos();
            for (Map.Entry<Line, long[]> line : lines.entrySet()) {
                if (led(round, line.getKey()) && !lost(round, line.getKey())) {
                    resumed = Math.max(resumed, endOfLongest(line.getValue(), round));
                }
            }
            return resumed;
        }

        private static long endOfLongest(long[] nanos, Round round) {
            long longest = 0;
            long end = round.startNanos();
            for (int i = 1; i < nanos.length; i++) {
                long gap = nanos[i] - nanos[i - 1];
                if (gap > longest && round.overlapsOutage(nanos[i - 1], nanos[i])) {
                    longest = gap;
                    end = nanos[i];
                }
            }
            return end;
        }

        private static double longest(long[] nanos, Round round, Window window) {
            long longest = 0;
            for (int i = 1; i < nanos.length; i++) {
                if (window.covers(round, nanos[i - 1], nanos[i])) {
                    longest = Math.max(longest, nanos[i] - nanos[i - 1]);
                }
            }
            return longest;
        }
    }

    private interface Window {
        boolean covers(Round round, long fromNanos, long toNanos);
    }

    /** How clients of a lost region found another node. */
    private static final class Reattaching {
        private final List<Double> millis = new ArrayList<>();
        private int strayed;

        static Reattaching of(History history, List<Round> rounds) {
            Map<Integer, List<Attachment>> byClient = new LinkedHashMap<>();
            history.attachments(each -> byClient.computeIfAbsent(each.client(), unseen -> new ArrayList<>())
                    .add(each));
            Reattaching found = new Reattaching();
            for (Round round : rounds) {
                byClient.values().forEach(attachments -> found.look(round, attachments));
            }
            return found;
        }

        private void look(Round round, List<Attachment> attachments) {
            Attachment before = null;
            Attachment after = null;
            for (Attachment each : attachments) {
                if (each.nanos() <= round.startNanos()) {
                    before = each;
                } else if (after == null && each.isAttached()) {
                    after = each;
                }
            }
            if (before == null || !before.region().equals(round.victim())) {
                return;
            }
            if (after == null || after.nanos() > round.wholeNanos()) {
                strayed++;
            } else {
                millis.add((after.nanos() - round.startNanos()) / NANOS_PER_MILLI);
            }
        }
    }
}
