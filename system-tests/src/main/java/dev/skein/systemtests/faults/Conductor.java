package dev.skein.systemtests.faults;

import dev.skein.client.SkeinClient;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.systemtests.check.Quiet;
import dev.skein.systemtests.check.Quiet.NodeInTheEnd;
import dev.skein.systemtests.check.Trouble;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.rig.Rig;
import dev.skein.systemtests.traffic.Arrivals;
import dev.skein.systemtests.traffic.Chat;
import dev.skein.systemtests.traffic.ChatPacer;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.ForcedRetries;
import dev.skein.systemtests.traffic.FullSubscriber;
import dev.skein.systemtests.traffic.Harvest;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.Leaders;
import dev.skein.systemtests.traffic.LiveLine;
import dev.skein.systemtests.traffic.Probes;
import dev.skein.systemtests.traffic.Settling;
import dev.skein.systemtests.traffic.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One run, from starting the cluster to having read everything back: traffic of every kind starts, rounds of faults follow one another until
 * the time is over, everything is healed, and when nothing moves any more the histories are read from every region and the replicas from every
 * node. Judging is left to the checkers. The cluster ends with the run.
 */
final class Conductor {

    private static final Duration LED_TIMEOUT = Duration.ofSeconds(120);

    /** Often enough that a round's rot is found in the round. */
    private static final Map<String, Object> LOOKS_FOR_ROT = Map.of("scrubPause", "2s", "scrubBytesPerSecond", "32MiB");

    private static final Duration FOLLOW_TIMEOUT = Duration.ofSeconds(60);

    /** Traffic without faults, before, between and after the rounds: a pace, nothing is waited for. */
    private static final int CALM_MILLIS = 2_500;

    private static final int LOOKS_IN_THE_END = 3;
    private static final int LEFT_SESSIONS = 20;
    private static final int LEFT_THREADS = 60;
    private static final int LEFT_FILES = 150;

    private final FaultPlan plan;
    private final Progress progress;
    private final Homes homes;
    private final History history = new History();
    private final Tally tally = new Tally();
    private final Arrivals arrivals = new Arrivals();
    private final StorageVerdicts storage = new StorageVerdicts();
    private final PowerOns powerOns = new PowerOns();
    private final IsolationRecord isolation = new IsolationRecord();
    private final List<PlannedRound> rounds = new ArrayList<>();
    private final List<Episode> episodes = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** The cluster did not come up; nothing was tried. */
    static final class NotStarted extends IOException {
        private static final long serialVersionUID = 1;

        NotStarted(IOException cause) {
            super("the cluster did not start: " + cause.getMessage(), cause);
        }
    }

    Conductor(FaultPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        this.homes = new Homes(plan.regions(), plan.shards());
    }

    FaultRun run() throws IOException, InterruptedException {
        Chat chat = Chat.generate(plan.seed());
        // The rig outlives the cluster that stands on it.
        try (Rig rig = rig();
                LocalCluster cluster = startCluster(rig);
                Fleet fleet = Fleet.open(cluster, plan.regions(), homes, history, tally, arrivals::seen);
                SkeinClient operator = fleet.operator()) {
            return run(rig, cluster, fleet, operator, chat);
        }
    }

    private Rig rig() throws NotStarted {
        try {
            return Rig.of(plan.needs(), plan.data(), wanted().nodes());
        } catch (IOException e) {
            throw new NotStarted(e);
        }
    }

    private ClusterPlan wanted() {
        return ClusterPlan.of(plan.regions(), plan.zones(), plan.wan(), plan.shards())
                .withName("faults")
                .withNamespaces(homes.namespaces());
    }

    private LocalCluster startCluster(Rig rig) throws NotStarted {
        NodeLaunch launch = NodeLaunch.small().withNodeSettings(LOOKS_FOR_ROT).withMoreJvmFlags(flags());
        try {
            ClusterPlan lodged = rig.applied(wanted().withLaunch(launch));
            LocalCluster running = LocalCluster.start(lodged, plan.data(), progress);
            try {
                running.waitUntilAllLed(LED_TIMEOUT);
                return running;
            } catch (IOException e) {
                running.close();
                throw e;
            }
        } catch (IOException e) {
            throw new NotStarted(e);
        }
    }

    private List<String> flags() throws NotStarted {
        return Stream.concat(Stream.of(SickDisk.JVM_FLAG), mutation().stream()).toList();
    }

    private List<String> mutation() throws NotStarted {
        if (plan.mutant().isEmpty()) {
            return List.of();
        }
        progress.say("with the deliberate defect " + plan.mutation());
        try {
            return plan.mutant().get().serverFlags(plan.data());
        } catch (IOException e) {
            throw new NotStarted(e);
        }
    }

    private FaultRun run(Rig rig, LocalCluster cluster, Fleet fleet, SkeinClient operator, Chat chat)
            throws IOException, InterruptedException {
        List<String> channels = channels(chat);
        follow(fleet, channels);
        try (ChatPacer pacer = new ChatPacer(chat, homes, fleet, plan.regions(), plan.rate());
                Probes probes = new Probes(fleet, plan.regions(), homes.probeChannels());
                Workload workload =
                        new Workload(fleet, plan.regions(), homes, history, tally, plan.seed(), openMeans());
                NodeQuestions questions = new NodeQuestions(cluster, history, askedAbout(), new Random(plan.seed()));
                NodeWatch watch = new NodeWatch(cluster, history);
                ForcedRetries retries = new ForcedRetries(cluster, history, arrivals, new Random(plan.seed()));
                LiveLine live = new LiveLine(tally, progress)) {
            Ground ground = new Ground(
                    cluster,
                    plan.regions(),
                    homes,
                    fleet,
                    operator,
                    history,
                    retries,
                    new Processes(cluster),
                    storage,
                    isolation,
                    new MachineGround(rig, powerOns, plan.messages()),
                    progress);
            long start = System.nanoTime();
            pacer.start();
            probes.start();
            workload.start();
            questions.start();
            watch.start();
            Thread.sleep(CALM_MILLIS);
            Quiet.Bounds left = left(cluster, fleet);
            rounds(ground, start + plan.duration().toNanos());
            // Probes go on for a while, so that the last round's recovery can be seen.
            Thread.sleep(Math.min(plan.bounds().recovery(), CALM_MILLIS * 2));
            workload.close();
            questions.close();
            pacer.finishAfter(pacer.said());
            if (!pacer.awaitEnd(plan.patience())) {
                problems.add("the chat did not go on for " + plan.patience().toSeconds() + " s");
            }
            probes.close();
            live.close();
            long end = System.nanoTime();
            progress.say("traffic over: " + tally);
            new Settling(cluster, fleet, operator, plan.patience(), progress).settle(tally, channels);
            for (int i = 0; i < LOOKS_IN_THE_END; i++) {
                watch.look();
            }
            List<String> disquiet = disquiet(cluster);
            List<NodeInTheEnd> nodes = nodes(cluster);
            progress.say("reading histories and replicas");
            problems.addAll(new Harvest(cluster, fleet, operator, history, homes, progress)
                    .gather(plan.regions(), harvested(channels)));
            List<PowerBack> powerBacks = powerBacks();
            return new FaultRun(
                    plan,
                    history,
                    rounds,
                    episodes,
                    troubles,
                    storage.all(),
                    powerBacks,
                    isolation.reasons(),
                    homes.shards(),
                    disquiet,
                    nodes,
                    left,
                    problems,
                    tally.reasons(),
                    start,
                    end);
        }
    }

    private void rounds(Ground ground, long deadline) throws InterruptedException {
        Schedule schedule = new Schedule(plan.scenarios(), plan.seed());
        for (int number = 1; plan.rounds() == 0 || number <= plan.rounds(); number++) {
            PlannedRound planned = schedule.round(number);
            if (number > 1 && System.nanoTime() + planned.endMillis() * 1_000_000L > deadline) {
                break;
            }
            progress.say("round " + number + ", " + planned.scenario() + ": "
                    + String.join(
                            "; ",
                            planned.faults().stream()
                                    .map(PlannedFault::toString)
                                    .toList()));
            RoundOfFaults round = new RoundOfFaults(ground, planned, ledTimeout());
            try {
                troubles.add(round.run());
            } catch (IOException e) {
                problems.add("round " + number + " broke off: " + e.getMessage());
            }
            rounds.add(planned);
            episodes.addAll(round.episodes());
            problems.addAll(round.problems());
            round.problems().forEach(problem -> progress.say("  PROBLEM: " + problem));
            Thread.sleep(CALM_MILLIS);
        }
    }

    /** A shard that a defect keeps without a leader isn't waited for long. */
    private Duration ledTimeout() {
        return plan.mutant().isEmpty() ? LED_TIMEOUT : plan.patience().multipliedBy(2);
    }

    private Outcome openMeans() {
        return plan.mutant().filter(Mutant::isOfClients).isPresent() ? Outcome.FAILED : Outcome.UNKNOWN;
    }

    private List<String> channels(Chat chat) {
        Set<String> channels = new LinkedHashSet<>();
        chat.rooms().forEach(room -> channels.add(homes.channelOf(room)));
        channels.addAll(homes.probeChannels());
        channels.addAll(homes.retryChannels());
        channels.addAll(Workload.channels());
        return List.copyOf(channels);
    }

    private List<String> askedAbout() {
        List<String> channels = new ArrayList<>(homes.probeChannels());
        channels.add(Workload.RACE_CHANNEL);
        return channels;
    }

    private List<String> harvested(List<String> channels) {
        List<String> all = new ArrayList<>(channels);
        if (plan.hasBlackouts()) {
            all.addAll(Blackout.channels(homes));
        }
        return all;
    }

    /** A blackout whose first receipt comes too late is a problem; how long other cuts last is for the checker of troubles. */
    private List<PowerBack> powerBacks() {
        List<PowerBack> backs =
                powerOns.all().stream().map(on -> PowerBack.of(on, history)).toList();
        backs.stream()
                .filter(back -> back.on().fault() == FaultKind.BLACKOUT
                        && !back.isWithin(plan.bounds().recovery()))
                .forEach(back -> problems.add("the first receipt after a blackout came after " + back.firstReceipt()
                        + " ms (expected: at most " + plan.bounds().recovery() + ")"));
        return backs;
    }

    private void follow(Fleet fleet, List<String> channels) throws IOException, InterruptedException {
        fleet.follow(channels);
        long deadline = System.nanoTime() + FOLLOW_TIMEOUT.toNanos();
        for (FullSubscriber subscriber : fleet.subscribers()) {
            if (!subscriber.awaitStarted(deadline)) {
                throw new IOException("not every subscription in " + subscriber.region() + " started within "
                        + FOLLOW_TIMEOUT.toSeconds() + " s");
            }
        }
    }

    // ------------------------------------------------------------------ the end

    private List<String> disquiet(LocalCluster cluster) throws IOException {
        StatusResponse status = cluster.status(true);
        List<String> disquiet = new ArrayList<>();
        Set<String> known = new HashSet<>();
        status.getNamespacesList().forEach(namespace -> known.add(namespace.getName()));
        homes.namespaces().stream()
                .filter(namespace -> !known.contains(namespace.name()))
                .forEach(namespace -> disquiet.add("nobody knows of " + namespace.name()));
        status.getNamespacesList().stream()
                .filter(namespace -> namespace.getShardsLed() < namespace.getShards())
                .forEach(namespace -> disquiet.add(namespace.getName() + " has " + namespace.getShardsLed() + " of "
                        + namespace.getShards() + " shards led"));
        new Leaders(status).behind().ifPresent(disquiet::add);
        return disquiet;
    }

    private Quiet.Bounds left(LocalCluster cluster, Fleet fleet) throws IOException {
        int threads = 0;
        int files = 0;
        for (NodeInTheEnd node : nodes(cluster)) {
            threads = Math.max(threads, node.threads());
            files = Math.max(files, node.files());
        }
        return new Quiet.Bounds(fleet.residents() + LEFT_SESSIONS, threads + LEFT_THREADS, files + LEFT_FILES);
    }

    private static List<NodeInTheEnd> nodes(LocalCluster cluster) throws IOException {
        StatusResponse status = cluster.status(false);
        List<NodeInTheEnd> nodes = new ArrayList<>();
        for (NodeRecord record : cluster.state().nodes()) {
            NodeStatus known = status.getNodesList().stream()
                    .filter(node -> node.getNode().equals(record.id()))
                    .findFirst()
                    .orElse(NodeStatus.getDefaultInstance());
            String refused = record.isServing() ? known.getQuarantined() : "its process is " + record.state();
            Path process = Path.of("/proc", Long.toString(record.process().pid()));
            nodes.add(new NodeInTheEnd(
                    record.id(),
                    known.getSessions(),
                    count(process.resolve("task")),
                    count(process.resolve("fd")),
                    refused));
        }
        return nodes;
    }

    /** 0 where the platform does not say. */
    private static int count(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return (int) entries.count();
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
    }
}
