package dev.skein.cli;

import dev.skein.cli.certificates.CertificateAuthority;
import dev.skein.cli.certificates.CertificateRequest;
import dev.skein.cli.certificates.CertifiedKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an authority and certificates to try TLS with. */
@Command(
        name = "certificates",
        description = {
            "Makes an authority and certificates of nodes and clients, to try TLS with.",
            "An authority that is in the directory already is used again; certificates are made anew each time,",
            "and running nodes take them without a restart. Not for production: there, keys are made where they",
            "are used, and the authority's isn't lying beside them."
        },
        footer = {
            "",
            "Example:",
            "  skein certificates --directory tls --cluster demo \\\\",
            "    --node us/us-a=10.0.1.1 --node eu/eu-a=10.0.2.1,eu-a.example --client alice",
            "writes tls/ca.pem (node.tls.trust), tls/us-a.pem and tls/us-a-key.pem (node.tls.certificate and key), ..."
        })
final class CertificatesCommand implements Callable<Integer> {

    private static final String AUTHORITY = "ca";
    private static final Duration AUTHORITY_VALID = Duration.ofDays(3_650);
    /** Clocks of other machines may be behind. */
    private static final Duration BACKDATED = Duration.ofMinutes(10);

    private static final String LOOPBACK = "127.0.0.1,localhost";
    private static final Pattern CLUSTER = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern NODE =
            Pattern.compile("([a-z0-9][a-z0-9-]{0,31})/([a-z][a-z0-9-]{0,62})(?:=([A-Za-z0-9._:,-]+))?");
    private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,126}");

    @Option(
            names = "--directory",
            required = true,
            paramLabel = "DIRECTORY",
            description = "Where the files are and go; it is made if need be.")
    private @Nullable Path directory;

    @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "As cluster.name says.")
    private String cluster = "";

    @Option(
            names = "--node",
            paramLabel = "REGION/ID[=HOST,...]",
            description = "A node, with the hosts by which clients reach it; default: " + LOOPBACK + ".")
    private List<String> nodes = List.of();

    @Option(names = "--client", paramLabel = "NAME", description = "A client.")
    private List<String> clients = List.of();

    @Option(
            names = "--days",
            paramLabel = "DAYS",
            defaultValue = "90",
            description = "How long they are valid; default 90. The authority: ten years.")
    private int days;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check(CLUSTER.matcher(cluster).matches(), "--cluster", cluster, "a cluster's name");
        check(days >= 1 && days <= 3_650, "--days", Integer.toString(days), "1 to 3650");
        nodes.forEach(node -> check(NODE.matcher(node).matches(), "--node", node, "REGION/ID or REGION/ID=HOST,..."));
        clients.forEach(client -> check(CLIENT.matcher(client).matches(), "--client", client, "a name"));
        Path into = java.util.Objects.requireNonNull(directory);
        Files.createDirectories(into);
        Instant from = Instant.now().minus(BACKDATED);
        CertificateAuthority authority = authority(into, from);
        for (String node : nodes) {
            write(authority.issue(nodeRequest(node, from)), into, idOf(node));
        }
        for (String client : clients) {
            write(authority.issue(clientRequest(client, from)), into, client);
        }
        return 0;
    }

    private CertificateAuthority authority(Path into, Instant from) throws IOException {
        if (Files.exists(CertifiedKey.certificateFile(into, AUTHORITY))) {
            return CertificateAuthority.read(into, AUTHORITY);
        }
        CertificateAuthority made =
                CertificateAuthority.create("Skein development " + cluster, from, from.plus(AUTHORITY_VALID));
        write(made.certified(), into, AUTHORITY);
        return made;
    }

    private CertificateRequest nodeRequest(String node, Instant from) {
        Matcher parts = NODE.matcher(node);
        parts.matches();
        String hosts = parts.group(3) == null ? LOOPBACK : parts.group(3);
        String uri = "skein://" + cluster + "/node/" + parts.group(1) + "/" + parts.group(2);
        return new CertificateRequest(
                parts.group(2), List.of(uri), Arrays.asList(hosts.split(",")), true, from, until(from));
    }

    private CertificateRequest clientRequest(String client, Instant from) {
        String uri = "skein://" + cluster + "/client/" + client;
        return new CertificateRequest(client, List.of(uri), List.of(), false, from, until(from));
    }

    private Instant until(Instant from) {
        return from.plus(BACKDATED).plus(Duration.ofDays(days));
    }

    private static String idOf(String node) {
        Matcher parts = NODE.matcher(node);
        parts.matches();
        return parts.group(2);
    }

    private void write(CertifiedKey key, Path into, String name) throws IOException {
        key.write(into, name);
        PrintWriter out = spec.commandLine().getOut();
        out.println(CertifiedKey.certificateFile(into, name) + "  " + CertifiedKey.keyFile(into, name));
        out.flush();
    }

    private static void check(boolean holds, String name, String value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
