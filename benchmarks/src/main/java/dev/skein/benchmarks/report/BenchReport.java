package dev.skein.benchmarks.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a run found out.
 *
 * @param machine what it ran on, in words
 * @param command how to run it again
 */
public record BenchReport(List<Row> rows, List<Ratio> ratios, String machine, String command) {

    public BenchReport {
        rows = List.copyOf(rows);
        ratios = List.copyOf(ratios);
    }

    /** Writes the file for programs. */
    public void writeJson(Path file) throws IOException {
        createFolderOf(file);
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValue(file.toFile(), toJson());
    }

    static void createFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }

    private Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", machine);
        json.put("command", command);
        json.put("rows", rows.stream().map(Row::toJson).toList());
        json.put("ratios", ratios.stream().map(Ratio::toJson).toList());
        return json;
    }
}
