package dev.skein.server.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A whole, valid configuration. There is no other way to get one than to read it, so that every value has been checked.
 *
 * @param cluster the same on every node
 * @param node this node's own
 */
public record SkeinConfig(ClusterConfig cluster, NodeConfig node) {

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads a file.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public static SkeinConfig read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException missing) {
            throw new ConfigException(List.of(file + ": no such file"));
        } catch (CharacterCodingException notText) {
            throw new ConfigException(List.of(file + ": not text in UTF-8"));
        } catch (IOException unreadable) {
            throw new ConfigException(List.of(file + ": can't be read: " + unreadable.getMessage()));
        }
    }

    /**
     * Reads a text.
     *
     * @param source what to call the text in messages about its syntax
     * @throws ConfigException with everything that is wrong with it
     */
    public static SkeinConfig parse(String yaml, String source) {
        Problems problems = new Problems();
        Section root = Section.root(tree(yaml, source), problems);
        ClusterConfig cluster = ClusterConfig.read(root.section("cluster"));
        NodeConfig node = NodeConfig.read(root.section("node"), cluster);
        root.refuseUnknownKeys();
        problems.refuseIfAny();
        return new SkeinConfig(cluster, node);
    }

    private static JsonNode tree(String yaml, String source) {
        try {
            return YAML.readTree(yaml);
        } catch (JsonProcessingException malformed) {
            JsonLocation at = malformed.getLocation();
            String where = at == null ? source : source + ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new ConfigException(List.of(where + ": " + firstLine(malformed.getOriginalMessage())));
        }
    }

    private static String firstLine(String message) {
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("not YAML");
    }
}
