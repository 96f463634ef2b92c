package dev.skein.systemtests.edge;

import static dev.skein.systemtests.cluster.Eventually.TIMEOUT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A Node.js process with clients of the JavaScript SDK, or with a browser, led by lines of JSON. One thread reads what the process says. */
final class NodeJs implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INSTALL_SECONDS_MAX = 120;

    private final Process process;
    private final Writer commands;
    private final Map<Integer, SdkEvents> clients = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<JsonNode>> unanswered = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    private NodeJs(Process process) {
        this.process = process;
        this.commands = process.outputWriter();
        Thread reader = new Thread(this::read, "node-js");
        reader.setDaemon(true);
        reader.start();
    }

    /** Whether the machine has what the JavaScript SDK needs to run: Node.js and npm. */
    static boolean isThere() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(Path::of)
                .anyMatch(folder ->
                        Files.isExecutable(folder.resolve("npm")) && Files.isExecutable(folder.resolve("node")));
    }

    /**
     * Installs what the lock file has, and starts.
     *
     * @param agent the script that is led
     */
    static NodeJs start(String agent) throws IOException {
        Path home = Files.createDirectories(Path.of("target", "sdk").toAbsolutePath());
        for (String file : List.of(agent, "package.json", "package-lock.json")) {
            try (InputStream in = Objects.requireNonNull(NodeJs.class.getResourceAsStream("/sdk/" + file), file)) {
                Files.copy(in, home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        install(home);
        return new NodeJs(new ProcessBuilder("node", "--no-warnings", agent)
                .directory(home.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static void install(Path home) throws IOException {
        Path log = home.resolve("npm.log");
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!npm.waitFor(INSTALL_SECONDS_MAX, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IOException(
                        "npm ci failed or took longer than " + INSTALL_SECONDS_MAX + " s: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            npm.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while npm ci ran", e);
        }
    }

    /** A new client's number. */
    int add(SdkEvents events) {
        int number = numbers.incrementAndGet();
        clients.put(number, events);
        return number;
    }

    /** Has a client do something, and waits for the answer. */
    JsonNode ask(int client, String action, Map<String, Object> arguments) {
        int id = numbers.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        unanswered.put(id, answer);
        ObjectNode command = JSON.valueToTree(Map.of("id", id, "client", client, "action", action));
        command.setAll((ObjectNode) JSON.valueToTree(arguments));
        try {
            synchronized (commands) {
                commands.write(command + "\n");
                commands.flush();
            }
            return answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new AssertionError(action + " of client " + client + " has no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + action, e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(JSON.readTree(line));
            }
        } catch (IOException ended) {
            // As when it says nothing more.
        }
        unanswered.values().forEach(each -> each.completeExceptionally(new IOException("Node.js has ended")));
    }

    private void heard(JsonNode line) {
        if (line.has("answer")) {
            unanswered.remove(line.get("answer").asInt()).complete(line.path("result"));
        } else {
            clients.get(line.path("client").asInt()).add(line);
        }
    }

    /** Ends the process. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
