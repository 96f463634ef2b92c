package dev.skein.replication.nodelog;

import dev.skein.core.NodeId;
import dev.skein.replication.Mutation;
import dev.skein.replication.nodelog.StorageRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** Whose a data directory is, as its identity file says it: readable lines, the last one a checksum of the others. */
record StorageIdentity(String cluster, String node, StorageId id, long incarnation) {

    private static final Pattern FORM = Pattern.compile(
            "(skein-storage 1\ncluster ([^\n]+)\nnode ([^\n]+)\nstorage ([0-9a-f]{32})\nincarnation (\\d{1,18})\n)crc32c ([0-9a-f]{8})\n");

    static StorageIdentity parse(Path directory, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !form.group(6).equals(checksum(form.group(1)))) {
            throw new StorageRefusedException(
                    Reason.DAMAGED_IDENTITY, "dataDirectory: " + directory + " (expected: an undamaged identity file)");
        }
        return new StorageIdentity(
                form.group(2), form.group(3), StorageId.parse(form.group(4)), Long.parseLong(form.group(5)));
    }

    String text() {
        String lines = "skein-storage 1\ncluster " + cluster + "\nnode " + node + "\nstorage " + id + "\nincarnation "
                + incarnation + "\n";
        return lines + "crc32c " + checksum(lines) + "\n";
    }

    void requireOwner(Path directory, String wantedCluster, NodeId wantedNode) {
        if (!cluster.equals(wantedCluster)) {
            throw new StorageRefusedException(
                    Reason.OTHER_CLUSTER,
                    "dataDirectory: " + directory + " of cluster " + cluster + " (expected: cluster " + wantedCluster
                            + ")");
        }
        if (!node.equals(wantedNode.value()) && !Mutation.OWNER_UNCHECKED.isOn()) {
            throw new StorageRefusedException(
                    Reason.OTHER_NODE,
                    "dataDirectory: " + directory + " of node " + node + " (expected: node " + wantedNode + ")");
        }
    }

    private static String checksum(String lines) {
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.ISO_8859_1));
        return String.format("%08x", crc.getValue());
    }
}
