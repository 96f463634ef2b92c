package dev.skein.systemtests.badinput;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node's configuration file under way to being wrong: taken from a running node and changed. */
final class NodeFile {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final ObjectNode root;

    private NodeFile(ObjectNode root) {
        this.root = root;
    }

    /** Starts from a good file. */
    static NodeFile like(Path good) throws IOException {
        return new NodeFile((ObjectNode) YAML.readTree(Files.readString(good)));
    }

    /** The same cluster, but a node of another name, with addresses of its own and an unused data directory. */
    NodeFile joiningAs(String id, String region, Path dataDirectory) throws IOException {
        ObjectNode node = root.putObject("node");
        node.put("id", id).put("region", region).put("zone", "z");
        node.put("peer", freeAddress()).put("client", freeAddress());
        node.put("transport", "plaintext");
        return withDataDirectory(dataDirectory);
    }

    NodeFile withDataDirectory(Path directory) {
        return withNode("dataDirectory", directory.toString());
    }

    /** Another value in the node part. */
    NodeFile withNode(String key, String value) {
        ((ObjectNode) root.get("node")).put(key, value);
        return this;
    }

    /** Another value in the cluster part. */
    NodeFile withCluster(String key, String value) {
        ((ObjectNode) root.get("cluster")).put(key, value);
        return this;
    }

    /** Gives every founding node addresses that nobody has yet. */
    NodeFile withOtherAddresses() throws IOException {
        for (JsonNode founder : root.get("cluster").get("nodes")) {
            ((ObjectNode) founder).put("peer", freeAddress()).put("client", freeAddress());
        }
        ((ObjectNode) root.get("node")).remove("metrics");
        return this;
    }

    String peer() {
        return root.get("node").get("peer").textValue();
    }

    String client() {
        return root.get("node").get("client").textValue();
    }

    Path writeTo(Path file) throws IOException {
        YAML.writeValue(file.toFile(), root);
        return file;
    }

    private static String freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
