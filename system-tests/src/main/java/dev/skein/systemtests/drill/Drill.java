package dev.skein.systemtests.drill;

import dev.skein.client.SkeinClient;
import dev.skein.replication.Mutation;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NamedMutation;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.traffic.Arrivals;
import dev.skein.systemtests.traffic.Chat;
import dev.skein.systemtests.traffic.ChatPacer;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.ForcedRetries;
import dev.skein.systemtests.traffic.FullSubscriber;
import dev.skein.systemtests.traffic.Harvest;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.LiveLine;
import dev.skein.systemtests.traffic.Probes;
import dev.skein.systemtests.traffic.Settling;
import dev.skein.systemtests.traffic.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One drill, from starting the cluster to having read everything back:
 *
 * <ol>
 *   <li>start the cluster and wait for leaders;
 *   <li>in every region a chat publisher, a probe publisher, a full subscriber and some bystanders attach;
 *   <li>the chat flows; for each round, publishes in the busiest home region are kept from hearing their answers, the region is lost, they
 *       are retried in a surviving one, and the region is let back;
 *   <li>when nothing moves any more, histories are read from every region and replicas from every node.
 * </ol>
 *
 * <p>Judging is left to the checkers. The cluster ends with the drill unless it is to be kept.
 */
public final class Drill {

    private static final Duration LED_TIMEOUT = Duration.ofSeconds(120);
    private static final Duration FOLLOW_TIMEOUT = Duration.ofSeconds(60);

    /** Traffic after a round: a pace, nothing is waited for. */
    private static final Duration AFTERMATH = Duration.ofSeconds(3);

    private static final long MEBIBYTE = 1 << 20;

    private final DrillPlan plan;
    private final Progress progress;
    private final Homes homes;
    private final Random random;
    private final History history = new History();
    private final Tally tally = new Tally();
    private final Arrivals arrivals = new Arrivals();
    private final List<String> problems = new ArrayList<>();

    /** The cluster did not come up; nothing was tried. */
    public static final class NotStarted extends IOException {
        private static final long serialVersionUID = 1;

        NotStarted(IOException cause) {
            super("the cluster did not start: " + cause.getMessage(), cause);
        }
    }

    public Drill(DrillPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        this.homes = new Homes(plan.regions(), plan.shards());
        this.random = new Random(plan.seed());
    }

    /**
     * Runs it.
     *
     * @throws NotStarted when the cluster does not come up
     * @throws IOException when a step fails; the cluster is stopped all the same
     */
    public DrillRun run() throws IOException, InterruptedException {
        Chat chat = plan.input().isPresent()
                ? Chat.read(plan.input().get(), plan.messages(), progress)
                : Chat.generate(plan.seed());
        try (LocalCluster cluster = startCluster();
                Fleet fleet = Fleet.open(cluster, plan.regions(), homes, history, tally, arrivals::seen)) {
            return run(cluster, fleet, chat);
        }
    }

    private LocalCluster startCluster() throws NotStarted {
        ClusterPlan cluster = ClusterPlan.of(plan.regions(), plan.zones(), plan.wan(), plan.shards())
                .withName("drill")
                .withNamespaces(homes.namespaces())
                .withLaunch(NodeLaunch.small().withMoreJvmFlags(mutation()));
        try {
            LocalCluster running = plan.keep()
                    ? LocalCluster.launch(cluster, plan.data(), progress)
                    : LocalCluster.start(cluster, plan.data(), progress);
            Duration waited = awaitLed(running);
            progress.say(String.format(Locale.ROOT, "every shard is led, after %.1f s", waited.toMillis() / 1e3));
            return running;
        } catch (IOException e) {
            throw new NotStarted(e);
        }
    }

    private List<String> mutation() throws NotStarted {
        if (plan.mutation().isEmpty()) {
            return List.of();
        }
        progress.say("servers run with the deliberate defect " + plan.mutation());
        try {
            return NamedMutation.serverFlags(Mutation.named(plan.mutation()), plan.data());
        } catch (IOException e) {
            throw new NotStarted(e);
        }
    }

    private static Duration awaitLed(LocalCluster running) throws IOException {
        try {
            return running.waitUntilAllLed(LED_TIMEOUT);
        } catch (IOException e) {
            running.close();
            throw e;
        }
    }

    private DrillRun run(LocalCluster cluster, Fleet fleet, Chat chat) throws IOException, InterruptedException {
        List<String> channels = channels(chat);
        follow(fleet, channels);
        Map<String, List<Double>> lag = new LinkedHashMap<>();
        List<Round> rounds = new ArrayList<>();
        try (SkeinClient operator = fleet.operator();
                ForcedRetries retries = new ForcedRetries(cluster, history, arrivals, random);
                ChatPacer pacer = new ChatPacer(
                        chat,
                        homes,
                        fleet,
                        plan.regions(),
                        plan.rateFor(chat.lines().size()));
                Probes probes = new Probes(fleet, plan.regions(), homes.probeChannels());
                LiveLine live = new LiveLine(tally, progress)) {
            RoundRunner runner =
                    new RoundRunner(plan, cluster, history, homes, fleet, retries, operator, random, progress);
            runner.awaitHome();
            if (!plan.latency().isZero()) {
                progress.say("sparse messages, for " + plan.latency().toSeconds() + " s");
                lag.putAll(new SparseDelivery(plan, fleet, history).measure(homes.sparseChannel()));
            }
            long start = System.nanoTime();
            pacer.start();
            probes.start();
            rounds(runner, rounds);
            finish(pacer, chat);
            probes.close();
            live.close();
            long end = System.nanoTime();
            progress.say("traffic over: " + tally);
            new Settling(cluster, fleet, operator, plan.patience(), progress).settle(tally, channels);
            progress.say("reading histories and replicas");
            problems.addAll(
                    new Harvest(cluster, fleet, operator, history, homes, progress).gather(plan.regions(), channels));
            return new DrillRun(plan, history, rounds, problems, tally.reasons(), resident(cluster), lag, start, end);
        }
    }

    /** A round that can't go on ends the outages, but what was seen is judged all the same. */
    private void rounds(RoundRunner runner, List<Round> rounds) throws InterruptedException {
        try {
            for (int round = 1; round <= plan.rounds(); round++) {
                rounds.add(runner.run(round));
                Thread.sleep(AFTERMATH.toMillis());
            }
        } catch (IOException e) {
            problems.add("round " + (rounds.size() + 1) + " broke off: " + e.getMessage());
            progress.say("  " + problems.get(problems.size() - 1));
        }
    }

    /** Everything that is published on, so that each full subscriber follows it from the beginning. */
    private List<String> channels(Chat chat) {
        Set<String> channels = new LinkedHashSet<>();
        chat.rooms().forEach(room -> channels.add(homes.channelOf(room)));
        channels.addAll(homes.probeChannels());
        channels.addAll(homes.retryChannels());
        channels.add(homes.sparseChannel());
        return List.copyOf(channels);
    }

    private void follow(Fleet fleet, List<String> channels) throws IOException, InterruptedException {
        progress.say("every region subscribes to " + channels.size() + " channels");
        fleet.follow(channels);
        long deadline = System.nanoTime() + FOLLOW_TIMEOUT.toNanos();
        for (FullSubscriber subscriber : fleet.subscribers()) {
            if (!subscriber.awaitStarted(deadline)) {
                throw new IOException("not every subscription in " + subscriber.region() + " started within "
                        + FOLLOW_TIMEOUT.toSeconds() + " s");
            }
        }
    }

    private void finish(ChatPacer pacer, Chat chat) throws InterruptedException {
        long input = plan.input().isPresent() ? chat.lines().size() : 0;
        long goal = Math.max(plan.messages(), input);
        pacer.finishAfter(Math.max(goal, pacer.said()));
        if (pacer.said() < goal) {
            progress.say("the rest of the chat, " + (goal - pacer.said()) + " messages");
        }
        if (!pacer.awaitEnd(plan.patience())) {
            problems.add("the chat did not end: " + pacer.said() + " messages (expected: " + goal + ")");
        }
    }

    private static Map<String, Long> resident(LocalCluster cluster) throws IOException {
        Map<String, Long> resident = new LinkedHashMap<>();
        for (NodeRecord node : cluster.state().nodes()) {
            resident.put(node.id(), node.process().residentBytes() / MEBIBYTE);
        }
        return resident;
    }
}
