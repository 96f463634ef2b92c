package dev.skein.systemtests.traffic;

import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinClientBuilder;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.launch.LocalCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;

/**
 * The clients of a run, each behind its region's way through the WAN emulator: a chat publisher, a probe publisher and a full
 * subscriber a region, and some clients that are only attached, so that the time to re-attach is measured on more than three.
 */
public final class Fleet implements AutoCloseable {

    private static final int BYSTANDERS = 5;

    /** A client has so long to attach, before it is asked to look again. */
    private static final long LOOK_AGAIN_MILLIS = 2_500;

    private static final long POLL_MILLIS = 50;
    private static final int CALLBACK_THREADS = 4;
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(90);

    private final LocalCluster cluster;
    private final History history;
    private final ExecutorService callbacks = Executors.newFixedThreadPool(CALLBACK_THREADS, Fleet::thread);
    private final Map<String, RecordingPublisher> chat = new LinkedHashMap<>();
    private final Map<String, RecordingPublisher> probes = new LinkedHashMap<>();
    private final Map<String, FullSubscriber> subscribers = new LinkedHashMap<>();
    private final List<RecordingPublisher> others = new ArrayList<>();
    private final List<SkeinClient> bystanders = new ArrayList<>();
    private final Map<String, List<SkeinClient>> residents = new LinkedHashMap<>();

    private Fleet(LocalCluster cluster, History history) {
        this.cluster = cluster;
        this.history = history;
    }

    /** Connects everybody; they attach in the background. */
    public static Fleet open(
            LocalCluster cluster, List<String> regions, Homes homes, History history, Tally tally, LongConsumer seen)
            throws IOException {
        Fleet fleet = new Fleet(cluster, history);
        for (String region : regions) {
            fleet.chat.put(region, fleet.publisher("chat", region, tally));
            fleet.probes.put(region, fleet.publisher("probe", region, tally));
            fleet.subscribers.put(
                    region, new FullSubscriber(fleet.resident(region), region, homes, history, tally, seen));
            fleet.addBystanders(region);
        }
        return fleet;
    }

    private RecordingPublisher publisher(String role, String region, Tally tally) throws IOException {
        return new RecordingPublisher(resident(region), new Client(role, region), history, tally);
    }

    private void addBystanders(String region) throws IOException {
        for (int i = 0; i < BYSTANDERS; i++) {
            SkeinClient client = resident(region);
            Attachments.record(client, history.addClient(new Client("bystander", region)), history);
            bystanders.add(client);
        }
    }

    /** A client in a region. */
    private SkeinClient client(String region) throws IOException {
        List<String> endpoints = new ArrayList<>(cluster.endpoints(region));
        for (String endpoint : cluster.endpoints()) {
            if (!endpoints.contains(endpoint)) {
                endpoints.add(endpoint);
            }
        }
        return builder(endpoints)
                .region(region)
                .agent("test in " + region)
                .httpConnectProxy(cluster.clientProxy(region))
                .build();
    }

    /** A client that stays for the whole run. */
    private SkeinClient resident(String region) throws IOException {
        SkeinClient client = client(region);
        residents.computeIfAbsent(region, unseen -> new ArrayList<>()).add(client);
        return client;
    }

    /**
     * Lets the region's clients look for another node until they are back in their own region: they may stay where they are as long as nothing
     * is wrong there, and the next outage needs clients to lose. Answers how many are at home in the end.
     */
    public int sendHome(String region, Duration timeout) throws InterruptedException {
        List<SkeinClient> all = residents.getOrDefault(region, List.of());
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!all.stream().allMatch(client -> isIn(client, region)) && System.nanoTime() < deadline) {
            all.stream().filter(client -> !isIn(client, region)).forEach(SkeinClient::reattach);
            long again = System.nanoTime() + LOOK_AGAIN_MILLIS * 1_000_000;
            do {
                Thread.sleep(POLL_MILLIS);
            } while (!all.stream().allMatch(client -> isIn(client, region)) && System.nanoTime() < again);
        }
        return (int) all.stream().filter(client -> isIn(client, region)).count();
    }

    /** Lets all of the region's clients look for another node at once. */
    public void scatter(String region) {
        residents.getOrDefault(region, List.of()).forEach(SkeinClient::reattach);
    }

    /** How many clients stay for the whole run. */
    public int residents() {
        return residents.values().stream().mapToInt(List::size).sum();
    }

    private static boolean isIn(SkeinClient client, String region) {
        return client.stats().region().filter(region::equals).isPresent();
    }

    private SkeinClientBuilder builder(List<String> endpoints) {
        return SkeinClient.builder()
                .endpoints(endpoints)
                .callbackExecutor(callbacks)
                .publishTimeout(PUBLISH_TIMEOUT)
                .requestTimeout(Duration.ofSeconds(30));
    }

    /** A client that reads final histories as one of the region would. The caller closes it. */
    public SkeinClient reader(String region) throws IOException {
        return client(region);
    }

    /** A client past the WAN emulator, for asking nodes about themselves. The caller closes it. */
    public SkeinClient operator() throws IOException {
        return builder(cluster.endpoints()).agent("test operator").build();
    }

    public void follow(Collection<String> channels) {
        subscribers.values().forEach(subscriber -> subscriber.follow(channels));
    }

    public RecordingPublisher chat(String region) {
        return of(chat, region);
    }

    public RecordingPublisher probe(String region) {
        return of(probes, region);
    }

    public Collection<FullSubscriber> subscribers() {
        return subscribers.values();
    }

    /** Another publisher in a region, for as long as the run. */
    public RecordingPublisher newPublisher(String role, String region, Tally tally) throws IOException {
        RecordingPublisher publisher = publisher(role, region, tally);
        others.add(publisher);
        return publisher;
    }

    private static RecordingPublisher of(Map<String, RecordingPublisher> publishers, String region) {
        RecordingPublisher publisher = publishers.get(region);
        if (publisher == null) {
            throw new IllegalArgumentException("region: " + region + " (expected: one of " + publishers.keySet() + ")");
        }
        return publisher;
    }

    @Override
    public void close() {
        chat.values().forEach(RecordingPublisher::close);
        probes.values().forEach(RecordingPublisher::close);
        subscribers.values().forEach(FullSubscriber::close);
        others.forEach(RecordingPublisher::close);
        bystanders.forEach(SkeinClient::close);
        callbacks.shutdownNow();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "client-callbacks");
        thread.setDaemon(true);
        return thread;
    }
}
